import type { Deployment } from '@/api/types';
import type { Strings } from '@/strings';

/** The result as a word; one that reported success and was proved wrong "failed later". */
export function outcomeText(t: Strings, item: Pick<Deployment, 'failed' | 'result'>): string {
  return item.failed && item.result === 'success' ? t.failedLater : t.results[item.result];
}
