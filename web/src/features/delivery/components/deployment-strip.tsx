import { useQuery } from '@tanstack/react-query';
import { useAtomValue } from 'jotai';

import { Empty } from '@/components/empty';
import { Failed } from '@/components/failed';
import { Skeleton } from '@/components/skeleton';
import { scopeAtom } from '@/state/scope';
import { useStrings } from '@/strings';
import { stripQuery, type Strip } from '../api/get-strip';
import { StripChart } from './strip-chart';
import { StripCaption } from './strip-caption';
import { StripLegend } from './strip-legend';
import { StripTooltip } from './strip-tooltip';

import './deployment-strip.css';

/** One row a service, time to the right, one mark a deployment. */
export function DeploymentStrip() {
  const t = useStrings();
  return (
    <section className="panel strip" aria-label={t.strip.title}>
      <header className="panel-head">
        <h2>{t.strip.title}</h2>
        <StripCaption />
      </header>
      <Content />
    </section>
  );
}

function Content() {
  const t = useStrings();
  const scope = useAtomValue(scopeAtom);
  const { data, error, refetch, isPlaceholderData } = useQuery({
    ...stripQuery(scope),
    select: byService,
  });
  if (error) return <Failed what={t.strip.what} error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton rows={[16, 40, 40, 40, 40]} />;
  if (data.length === 0) return <Empty why={t.strip.empty(scope.days)} how={t.strip.emptyHow} />;
  return (
    <>
      <StripChart rows={data} stale={isPlaceholderData} />
      <StripLegend />
      <StripTooltip />
    </>
  );
}

export type ServiceRow = { service: string; items: Strip['items'] };

/** Rows keep their identity while their items do, so a new deployment draws one row again. */
function byService({ items }: Strip): ServiceRow[] {
  const names = [...new Set(items.map((item) => item.service))].sort();
  return names.map((service) => ({
    service,
    items: items.filter((item) => item.service === service),
  }));
}
