import { useId } from 'react';

import './select.css';

interface Props {
  label: string;
  value: string;
  options: { value: string; text: string }[];
  onChange: (value: string) => void;
  /** The label is part of the control, not only of its name. */
  showLabel?: boolean;
}

export function Select({ label, value, options, onChange, showLabel = false }: Props) {
  const id = useId();
  return (
    <span className="select field">
      <label htmlFor={id} className={showLabel ? 'select-label' : 'visually-hidden'}>
        {label}
      </label>
      <select
        id={id}
        value={value}
        onChange={(event) => {
          onChange(event.target.value);
        }}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.text}
          </option>
        ))}
      </select>
    </span>
  );
}
