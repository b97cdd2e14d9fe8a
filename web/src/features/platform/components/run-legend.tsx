import { useStrings } from '@/strings';
import type { PlacedBar } from '../bars';

const kinds = ['waiting', 'working', 'becoming', 'ready'] as const;

interface Props {
  /** Only what occurs is explained. */
  bars: PlacedBar[];
}

export function RunLegend({ bars }: Props) {
  const t = useStrings();
  const drawn = new Set(bars.flatMap((bar) => bar.segments.map((segment) => segment.kind)));
  return (
    <ul className="run-legend small muted">
      {kinds
        .filter((kind) => drawn.has(kind))
        .map((kind) => (
          <li key={kind}>
            <span className={`bar is-${kind}`} aria-hidden="true" /> {t.run[kind]}
          </li>
        ))}
      {bars.some((bar) => bar.critical) && (
        <li data-critical="true">
          <span className="bar is-working" aria-hidden="true" /> {t.run.critical}
        </li>
      )}
    </ul>
  );
}
