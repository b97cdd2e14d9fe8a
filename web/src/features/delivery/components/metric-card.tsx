import { useQuery } from '@tanstack/react-query';
import { useAtom, useAtomValue } from 'jotai';

import type { Metric, MetricKey } from '@/api/types';
import { Skeleton } from '@/components/skeleton';
import { compareAtom, scopeAtom } from '@/state/scope';
import { useFormat, useStrings } from '@/strings';
import { doraQuery } from '../api/get-dora';
import { selectedMetricAtom } from '../atoms/selected-metric';
import { Change } from './change';
import { LevelBadge } from './level-badge';
import { Sparkline } from './sparkline';

import './metric-card.css';

export function MetricCard({ metricKey }: { metricKey: MetricKey }) {
  const t = useStrings();
  const scope = useAtomValue(scopeAtom);
  const [selected, select] = useAtom(selectedMetricAtom);
  const { data: metric, isPlaceholderData } = useQuery({
    ...doraQuery(scope),
    select: (answer) => answer.metrics[metricKey],
  });
  if (!metric) return <Skeleton className="card" rows={[16, 32, 16, 36, 14]} />;
  const name = t.metrics.names[metricKey];
  const pressed = selected === metricKey;
  return (
    <article className="card" data-pressed={pressed} aria-busy={isPlaceholderData}>
      <h2 className="card-name">
        <button
          type="button"
          aria-pressed={pressed}
          title={t.metrics.select(name)}
          onClick={() => {
            select(pressed ? '' : metricKey);
          }}
        >
          {name}
        </button>
      </h2>
      {metric.value === null ? (
        <EmptyMetric metricKey={metricKey} metric={metric} />
      ) : (
        <MetricValue metricKey={metricKey} metric={metric} value={metric.value} />
      )}
    </article>
  );
}

function EmptyMetric({ metricKey, metric }: { metricKey: MetricKey; metric: Metric }) {
  const t = useStrings();
  return (
    <div className="card-empty">
      <p className="card-none">{t.metrics.noData}</p>
      {metric.reason && <p>{metric.reason}</p>}
      <p className="muted">{t.metrics.empty[metricKey]}</p>
    </div>
  );
}

interface ValueProps {
  metricKey: MetricKey;
  metric: Metric;
  value: number;
}

function MetricValue({ metricKey, metric, value }: ValueProps) {
  const t = useStrings();
  const format = useFormat();
  const compares = useAtomValue(compareAtom) === 'previous';
  const text = format.value(value, metric.unit);
  return (
    <>
      <p className="card-value">
        <span className="card-amount">{text.amount}</span>
        <span className="card-unit">{text.unit}</span>
      </p>
      <div className="card-facts">
        {metric.level && <LevelBadge level={metric.level} />}
        {compares && <Change metric={metric} />}
      </div>
      <Sparkline points={metric.trend} />
      <ul className="card-small small muted">
        <li>{t.metrics.n(metricKey, metric.n, metric.numerator)}</li>
        {metric.p90 !== null && <li>{t.metrics.p90(format.valueText(metric.p90, metric.unit))}</li>}
        {metric.excluded.map(({ code, count, text: sentence }) => (
          <li key={code} title={sentence}>
            {t.metrics.excluded[code]?.(count) ?? sentence}
          </li>
        ))}
      </ul>
    </>
  );
}
