import { useAtomValue } from 'jotai';

import type { Metric } from '@/api/types';
import { scopeAtom } from '@/state/scope';
import { useFormat, useStrings } from '@/strings';
import { compare } from '../compare';

const arrows = { up: '↑', down: '↓', level: '→' };

/** The direction against the period before, with its verdict as a word. */
export function Change({ metric }: { metric: Metric }) {
  const t = useStrings();
  const format = useFormat();
  const { days } = useAtomValue(scopeAtom);
  const comparison = compare(metric);
  if (!comparison) return <span className="change muted">{t.metrics.previousNone}</span>;
  const { change, direction, verdict } = comparison;
  const before = format.valueText(metric.previous?.value ?? 0, metric.unit);
  const text = change === null ? '' : `${format.number(Math.abs(Math.round(change * 100)))} %`;
  return (
    <span
      className={`change is-${verdict}`}
      title={t.metrics.changeLabel(before, days, t.metrics.verdict[verdict])}
    >
      <span aria-hidden="true">{arrows[direction]}</span> {t.metrics.change(text, verdict).trim()}
    </span>
  );
}
