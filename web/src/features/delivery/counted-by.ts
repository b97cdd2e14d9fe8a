import { metricKeys, type Deployment, type MetricKey } from '@/api/types';

/** `counted` is in the number; `hit` is what a ratio counts among those. */
export type Part = 'none' | 'counted' | 'hit';

const isFinished = (item: Deployment) => item.result === 'success' || item.result === 'failure';

const rules: Record<MetricKey, (item: Deployment, repairs: boolean) => Part> = {
  deployment_frequency: (item) => (item.result === 'success' ? 'hit' : 'none'),
  change_lead_time: (item) => (item.lead_time_seconds === null ? 'none' : 'hit'),
  change_fail_rate: (item) => ratio(item, item.failed),
  failed_deployment_recovery_time: (item, repairs) =>
    (item.failed && item.recovered_at !== null) || repairs ? 'hit' : 'none',
  deployment_rework_rate: (item) => ratio(item, item.rework),
};

function ratio(item: Deployment, hit: boolean): Part {
  if (!isFinished(item)) return 'none';
  return hit ? 'hit' : 'counted';
}

/** Which metrics look at a deployment; `repairs` says that it is the repair of another one. */
export function countedBy(item: Deployment, repairs: boolean): { counts: string; hits: string } {
  const parts = metricKeys.map((key) => [key, rules[key](item, repairs)] as const);
  return {
    counts: parts.flatMap(([key, part]) => (part === 'none' ? [] : key)).join(' '),
    hits: parts.flatMap(([key, part]) => (part === 'hit' ? key : [])).join(' '),
  };
}

export interface Count {
  looked: number;
  /** Of a ratio, how many make its numerator; else null. */
  hits: number | null;
}

export function countOf(key: MetricKey, items: Deployment[]): Count {
  const repairs = repairKeys(items);
  const parts = items.map((item) => rules[key](item, repairs.has(item.key)));
  const looked = parts.filter((part) => part !== 'none').length;
  const hits = parts.filter((part) => part === 'hit').length;
  return { looked, hits: hits === looked ? null : hits };
}

export function repairKeys(items: Deployment[]): Set<string> {
  return new Set(items.flatMap((item) => item.repaired_by ?? []));
}
