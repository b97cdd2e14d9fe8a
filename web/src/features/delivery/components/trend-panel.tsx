import { useQuery } from '@tanstack/react-query';
import { useAtom, useAtomValue } from 'jotai';
import { lazy, Suspense } from 'react';

import type { MetricKey } from '@/api/types';
import { ErrorBoundary } from '@/components/error-boundary';
import { Failed } from '@/components/failed';
import { Icon } from '@/components/icon';
import { Skeleton } from '@/components/skeleton';
import { scopeAtom } from '@/state/scope';
import { useStrings } from '@/strings';
import { doraQuery } from '../api/get-dora';
import { selectedMetricAtom } from '../atoms/selected-metric';

import './trend-panel.css';

const TrendChart = lazy(() => import('./trend-chart'));

/** The weeks of the selected number, larger; nothing while none is selected. */
export function TrendPanel() {
  const [selected, select] = useAtom(selectedMetricAtom);
  if (selected === '') return null;
  return (
    <TrendOf
      metricKey={selected}
      onClose={() => {
        select('');
      }}
    />
  );
}

function TrendOf({ metricKey, onClose }: { metricKey: MetricKey; onClose: () => void }) {
  const t = useStrings();
  const scope = useAtomValue(scopeAtom);
  const { data: metric } = useQuery({
    ...doraQuery(scope),
    select: (answer) => answer.metrics[metricKey],
  });
  const waiting = <Skeleton className="trend-chart" rows={[192]} />;
  return (
    <section className="panel trend" aria-label={t.metrics.trendTitle(t.metrics.names[metricKey])}>
      <header className="panel-head">
        <h2>{t.metrics.trendTitle(t.metrics.names[metricKey])}</h2>
        <p className="muted small">{t.metrics.questions[metricKey]}</p>
        <button
          type="button"
          className="button is-plain is-icon trend-close"
          aria-label={t.metrics.trendClose}
          onClick={onClose}
        >
          <Icon name="close" />
        </button>
      </header>
      <ErrorBoundary
        resetKey={metricKey}
        fallback={(retry) => <Failed what={t.metrics.whatTrend} error={null} onRetry={retry} />}
      >
        <Suspense fallback={waiting}>{metric ? <TrendChart metric={metric} /> : waiting}</Suspense>
      </ErrorBoundary>
    </section>
  );
}
