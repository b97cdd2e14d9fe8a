import './segments.css';

interface Props<Value extends string> {
  label: string;
  value: Value;
  options: readonly { value: Value; text: string; name: string }[];
  onChange: (value: Value) => void;
}

/** A choice of few, all visible. */
export function Segments<Value extends string>({ label, value, options, onChange }: Props<Value>) {
  return (
    <div className="segments" role="group" aria-label={label}>
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          aria-pressed={option.value === value}
          title={option.name}
          onClick={() => {
            onChange(option.value);
          }}
        >
          {option.text}
        </button>
      ))}
    </div>
  );
}
