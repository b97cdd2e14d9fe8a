import type { Deployment, DeploymentKind, DeploymentResult } from '@/api/types';

import './mark.css';

export type Outcome = 'success' | 'failed' | 'cancelled' | 'running';

/** A deployment that an incident proved wrong has failed, whatever it said itself. */
export function outcomeOf(item: Pick<Deployment, 'failed' | 'result'>): Outcome {
  if (item.failed || item.result === 'failure') return 'failed';
  return outcomes[item.result];
}

const outcomes: Record<DeploymentResult, Outcome> = {
  success: 'success',
  failure: 'failed',
  cancelled: 'cancelled',
  running: 'running',
};

interface Props {
  kind: DeploymentKind;
  outcome: Outcome;
}

/** The sign of one deployment, centred on the origin: shape is the kind, fill is the result. */
export function MarkShape({ kind, outcome }: Props) {
  return (
    <g className={`mark is-${outcome}`}>
      {shapes[kind]}
      {outcome === 'failed' && <path className="mark-cut" d={cuts[kind]} />}
    </g>
  );
}

const shapes: Record<DeploymentKind, React.ReactNode> = {
  planned: <circle className="mark-body" r="5.5" />,
  hotfix: <path className="mark-body" d="M0-6.2 6.4 5H-6.4z" />,
  rollback: <path className="mark-body" d="M-6.8 0-1.6-5.4H5.6V5.4H-1.6z" />,
};

const cuts: Record<DeploymentKind, string> = {
  planned: 'm-2-2 4 4m0-4-4 4',
  hotfix: 'm-1.7-.6 3.4 3.4m0-3.4-3.4 3.4',
  rollback: 'm-1.8-2 4 4m0-4-4 4',
};

/** The same sign beside a word: in the table, the drawer and the legend. */
export function Mark(props: Props) {
  return (
    <svg className="mark-icon" width="16" height="16" viewBox="-8 -8 16 16" aria-hidden="true">
      <MarkShape {...props} />
    </svg>
  );
}
