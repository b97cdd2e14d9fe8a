import type { Metric } from '@/api/types';

export type Verdict = 'better' | 'worse' | 'same';

export interface Comparison {
  /** Relative to the value before; null where that was zero. */
  change: number | null;
  direction: 'up' | 'down' | 'level';
  verdict: Verdict;
}

/** Which way a metric went; for all but the frequency less is better. */
export function compare(metric: Metric): Comparison | null {
  const before = metric.previous?.value;
  if (metric.value === null || before === null || before === undefined) return null;
  const difference = metric.value - before;
  const change = before === 0 ? null : difference / before;
  if (difference === 0 || (change !== null && Math.abs(change) < 0.005)) {
    return { change: 0, direction: 'level', verdict: 'same' };
  }
  const more = difference > 0;
  const verdict = more === (metric.unit === 'per_day') ? 'better' : 'worse';
  return { change, direction: more ? 'up' : 'down', verdict };
}
