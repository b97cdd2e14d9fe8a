import { useState } from 'react';

interface Props {
  value: string;
  label: string;
  onChange: (value: string) => void;
}

/** A text that filters when it is entered or left, so that the URL does not follow every key. */
export function TextFilter({ value, label, onChange }: Props) {
  const [text, setText] = useState(value);
  const submit = () => {
    if (text.trim() !== value) onChange(text.trim());
  };
  return (
    <input
      type="search"
      className="field filter-text"
      aria-label={label}
      placeholder={label}
      value={text}
      onChange={(event) => {
        setText(event.target.value);
        if (event.target.value === '') onChange('');
      }}
      onBlur={submit}
      onKeyDown={(event) => {
        if (event.key === 'Enter') submit();
      }}
    />
  );
}
