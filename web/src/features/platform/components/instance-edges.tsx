import type { Instance } from '@/api/types';
import { useStrings } from '@/strings';

interface Props {
  instance: Instance;
  instances: Instance[];
}

/** The edges of one instance with their reasons, below and above it. */
export function InstanceEdges({ instance, instances }: Props) {
  const t = useStrings();
  const carried = instances.flatMap((other) =>
    other.needs
      .filter((need) => need.instance === instance.name)
      .map((need) => ({ instance: other.name, reasons: need.reasons })),
  );
  return (
    <>
      <h4>{t.platform.needs}</h4>
      {instance.needs.length === 0 && !instance.after_tier && (
        <p className="muted">{t.platform.nothing}</p>
      )}
      <EdgeList edges={instance.needs} />
      {instance.after_tier && (
        <p className="muted small">{t.platform.afterTier(instance.after_tier)}</p>
      )}
      <h4>{t.platform.neededBy}</h4>
      {carried.length === 0 && <p className="muted">{t.platform.nobody}</p>}
      <EdgeList edges={carried} />
    </>
  );
}

function EdgeList({ edges }: { edges: Instance['needs'] }) {
  return (
    <ul className="edge-list">
      {edges.map((edge) => (
        <li key={edge.instance}>
          {edge.instance}
          <ul className="small muted">
            {edge.reasons.map((reason) => (
              <li key={reason}>{reason}</li>
            ))}
          </ul>
        </li>
      ))}
    </ul>
  );
}
