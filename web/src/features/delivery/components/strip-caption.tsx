import { useQuery } from '@tanstack/react-query';
import { useAtomValue } from 'jotai';

import { scopeAtom } from '@/state/scope';
import { useStrings } from '@/strings';
import { stripQuery } from '../api/get-strip';
import { selectedMetricAtom } from '../atoms/selected-metric';
import { countOf } from '../counted-by';

/** How many there are, and what the selected number looks at. */
export function StripCaption() {
  const t = useStrings();
  const scope = useAtomValue(scopeAtom);
  const metric = useAtomValue(selectedMetricAtom);
  const { data } = useQuery(stripQuery(scope));
  if (!data || data.total === 0) return null;
  const { items, total } = data;
  const count = metric ? countOf(metric, items) : null;
  return (
    <p className="muted small" aria-live="polite">
      {metric && count
        ? t.strip.dimmed(t.metrics.names[metric], count.looked, items.length)
        : t.strip.total(total)}{' '}
      {count && count.hits !== null && t.strip.hits(count.hits)}{' '}
      {items.length < total && t.strip.older(items.length, total)}
    </p>
  );
}
