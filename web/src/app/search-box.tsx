import { useQuery } from '@tanstack/react-query';
import { useAtomValue, useSetAtom } from 'jotai';
import { useId, useRef, useState, type KeyboardEvent } from 'react';

import { servicesQuery } from '@/api/services';
import { Icon } from '@/components/icon';
import { locationAtom, sharedSearchAtom, viewAtom } from '@/state/location';
import { useStrings } from '@/strings';
import { suggest } from './suggest';
import { useSlash } from './use-slash';

/** One box for services, commits and releases; a slash leads to it from anywhere. */
export function SearchBox() {
  const t = useStrings();
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const [open, setOpen] = useState(false);
  const { data: services = [] } = useQuery(servicesQuery);
  const view = useAtomValue(viewAtom);
  const shared = useAtomValue(sharedSearchAtom);
  const go = useSetAtom(locationAtom);
  useSlash(input);

  const options = suggest(text, services, { view, shared, t: t.top });
  const shown = open && options.length > 0;
  const follow = (to: string) => {
    go({ to });
    setText('');
    setOpen(false);
    input.current?.blur();
  };
  const press = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      setAt((at + step + options.length) % Math.max(options.length, 1));
    }
    const chosen = options[at];
    if (event.key === 'Enter' && chosen) follow(chosen.to);
    if (event.key === 'Escape') {
      setOpen(false);
      input.current?.blur();
    }
  };

  return (
    <div className="search" role="search">
      <Icon name="search" />
      <input
        ref={input}
        type="search"
        role="combobox"
        className="field"
        placeholder={t.top.search}
        aria-label={t.top.search}
        title={t.top.searchHint}
        aria-expanded={shown}
        aria-controls={id}
        aria-autocomplete="list"
        aria-activedescendant={shown ? `${id}-${at}` : undefined}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setAt(0);
          setOpen(true);
        }}
        onBlur={() => {
          setOpen(false);
        }}
        onKeyDown={press}
      />
      <kbd aria-hidden="true">/</kbd>
      <ul id={id} role="listbox" aria-label={t.top.search} hidden={!shown}>
        {options.map((option, n) => (
          <li
            key={option.to}
            id={`${id}-${n}`}
            role="option"
            aria-selected={n === at}
            onMouseDown={(event) => {
              event.preventDefault();
              follow(option.to);
            }}
          >
            {option.text}
          </li>
        ))}
      </ul>
    </div>
  );
}
