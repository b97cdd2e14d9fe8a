import { useQuery } from '@tanstack/react-query';
import { useAtomValue } from 'jotai';

import { metricKeys } from '@/api/types';
import { Failed } from '@/components/failed';
import { scopeAtom } from '@/state/scope';
import { useStrings } from '@/strings';
import { doraQuery } from '../api/get-dora';
import { MetricCard } from './metric-card';

import './metric-cards.css';

export function MetricCards() {
  const t = useStrings();
  const scope = useAtomValue(scopeAtom);
  // Only whether it failed is read here, so an update renders the cards it changes and no more.
  const { error, refetch } = useQuery({ ...doraQuery(scope), select: () => null });
  if (error) {
    return (
      <div className="panel">
        <Failed what={t.metrics.what} error={error} onRetry={() => void refetch()} />
      </div>
    );
  }
  return (
    <ul className="cards">
      {metricKeys.map((key) => (
        <li key={key}>
          <MetricCard metricKey={key} />
        </li>
      ))}
    </ul>
  );
}
