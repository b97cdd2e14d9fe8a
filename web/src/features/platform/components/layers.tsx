import { memo, useMemo, useRef } from 'react';

import type { Instance, Platform } from '@/api/types';
import { useStrings } from '@/strings';
import { edgesOf } from '../edges';
import { Block } from './block';
import { Edges } from './edges';

interface Props {
  tiers: Platform['tiers'];
  instances: Instance[];
}

/** In reading order the first tier comes first; the picture puts it at the bottom. */
export const Layers = memo(function Layers({ tiers, instances }: Props) {
  const t = useStrings();
  const box = useRef<HTMLDivElement>(null);
  const edges = useMemo(() => edgesOf(instances), [instances]);
  const byName = new Map(instances.map((instance) => [instance.name, instance]));
  return (
    <div className="layers-scroll">
      <div className="layers" ref={box}>
        <ol className="layer-list" aria-label={t.platform.label}>
          {tiers.map((tier, n) => (
            <li key={tier.name} className="layer" aria-label={t.platform.tier(n + 1, tier.name)}>
              <p className="layer-name" aria-hidden="true">
                <span className="muted">{n + 1}</span> {tier.name}
              </p>
              <ul className="blocks">
                {tier.instances.map((name) => {
                  const instance = byName.get(name);
                  return instance && <Block key={name} instance={instance} edges={edges} />;
                })}
              </ul>
            </li>
          ))}
        </ol>
        <Edges box={box} edges={edges} />
      </div>
    </div>
  );
});
