import { useAtomValue } from 'jotai';
import type { ReactNode } from 'react';

import type { Instance } from '@/api/types';
import { Ago } from '@/components/ago';
import { ExternalLink } from '@/components/external-link';
import { Glyph } from '@/components/glyph';
import { useStrings } from '@/strings';
import { litAtom } from '../atoms/lit';
import { InstanceEdges } from './instance-edges';

/** The lit instance in words: its state, what it stands on and why, what it offers. */
export function InstancePanel({ instances }: { instances: Instance[] }) {
  const t = useStrings();
  const lit = useAtomValue(litAtom);
  const instance = instances.find((one) => one.name === lit);
  if (!instance) {
    return (
      <aside className="instance is-empty muted">
        <p>{t.platform.choose}</p>
      </aside>
    );
  }
  return (
    <aside className="instance" aria-live="polite">
      <h3 className="instance-name">
        <Glyph shape={instance.state} /> {instance.name}
      </h3>
      <p>{instance.state_text}</p>
      <InstanceEdges instance={instance} instances={instances} />
      <Facts instance={instance} />
    </aside>
  );
}

function Facts({ instance }: { instance: Instance }) {
  const t = useStrings();
  const { platform } = t;
  const { source, ports, outputs, revision } = instance;
  return (
    <dl className="instance-facts">
      <Fact name={platform.version}>
        {instance.version}
        {revision !== null && `, ${platform.revision(revision)}`}
        {instance.installed_at ? (
          <>
            , <Ago time={instance.installed_at} />
          </>
        ) : (
          `, ${platform.never}`
        )}
      </Fact>
      {source?.commit && (
        <Fact name={platform.commit}>
          <span className="mono">{source.commit}</span>
        </Fact>
      )}
      {Object.keys(ports).length > 0 && (
        <Fact name={platform.ports}>{Object.values(ports).join(', ')}</Fact>
      )}
      {Object.entries(outputs).map(([name, value]) => (
        <Fact key={name} name={`${platform.outputs} ${name}`}>
          <OutputValue value={value} />
        </Fact>
      ))}
    </dl>
  );
}

function OutputValue({ value }: { value: unknown }) {
  if (typeof value === 'string') return <ExternalLink href={value}>{value}</ExternalLink>;
  return <span className="mono">{JSON.stringify(value)}</span>;
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="muted">{name}</dt>
      <dd>{children}</dd>
    </>
  );
}
