import type { DeploymentKind } from '@/api/types';
import { Mark, type Outcome } from '@/components/mark';
import { useStrings } from '@/strings';

const kinds: DeploymentKind[] = ['planned', 'hotfix', 'rollback'];

export function StripLegend() {
  const t = useStrings();
  const outcomes: [Outcome, string][] = [
    ['success', t.results.success],
    ['failed', t.results.failure],
    ['running', t.results.running],
    ['cancelled', t.results.cancelled],
  ];
  return (
    <ul className="strip-legend small muted">
      {kinds.map((kind) => (
        <li key={kind}>
          <span className="legend-plain">
            <Mark kind={kind} outcome="success" />
          </span>
          {t.kinds[kind]}
        </li>
      ))}
      <li className="legend-gap" aria-hidden="true" />
      {outcomes.map(([outcome, text]) => (
        <li key={outcome}>
          <Mark kind="planned" outcome={outcome} />
          {text}
        </li>
      ))}
      <li className="legend-gap" aria-hidden="true" />
      <li>
        <svg width="24" height="12" aria-hidden="true">
          <path className="strip-repair" d="M2 2Q12 18 22 2" />
        </svg>
        {t.strip.repairs}
      </li>
    </ul>
  );
}
