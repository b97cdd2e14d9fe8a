import { useAtomValue, useSetAtom } from 'jotai';
import { memo } from 'react';

import type { Instance } from '@/api/types';
import { Glyph } from '@/components/glyph';
import { useStrings } from '@/strings';
import { shortSha } from '@/strings/quantity';
import { chosenAtom, litAtom, pointedAtom } from '../atoms/lit';
import { neighbours, type Edge } from '../edges';

interface Props {
  instance: Instance;
  edges: Edge[];
}

export const Block = memo(function Block({ instance, edges }: Props) {
  const t = useStrings();
  const lit = useAtomValue(litAtom);
  const choose = useSetAtom(chosenAtom);
  const point = useSetAtom(pointedAtom);
  const { name, component, state, version, source, revision, machine } = instance;
  const show = () => {
    point(name);
  };
  const hide = () => {
    point('');
  };
  return (
    <li className="block-place">
      <button
        type="button"
        className={`block is-${state.replace(' ', '-')}`}
        data-instance={name}
        data-lit={lit === '' ? 'none' : lightOf(name, lit, edges)}
        title={instance.state_text}
        aria-pressed={lit === name}
        onMouseEnter={show}
        onMouseLeave={hide}
        onFocus={show}
        onBlur={hide}
        onClick={() => {
          choose(name);
        }}
      >
        <span className="block-head">
          <Glyph shape={state} />
          <span className="block-name">{component}</span>
          <span className="block-state">{t.platform.states[state]}</span>
        </span>
        <span className="block-facts small muted">
          <span>{version}</span>
          {source?.commit && <span className="mono">{shortSha(source.commit)}</span>}
          {revision !== null && <span>{t.platform.revision(revision)}</span>}
          {machine && <span>{machine}</span>}
        </span>
      </button>
    </li>
  );
});

function lightOf(name: string, lit: string, edges: Edge[]): 'self' | 'near' | 'far' {
  if (name === lit) return 'self';
  return neighbours(edges, lit).has(name) ? 'near' : 'far';
}
