import { useQuery } from '@tanstack/react-query';

import type { Platform } from '@/api/types';
import { Empty } from '@/components/empty';
import { Failed } from '@/components/failed';
import { Skeleton } from '@/components/skeleton';
import { useStrings } from '@/strings';
import { platformQuery } from '../api/get-platform';
import { Layers } from './layers';
import { InstancePanel } from './instance-panel';

import './strata.css';

type Standing = Omit<Platform, 'run'>;

/** The tiers as layers, the first at the bottom, each component on what it needs. */
export function Strata() {
  const t = useStrings();
  const { data, error, refetch } = useQuery({ ...platformQuery, select: standing });
  return (
    <section className="panel" aria-label={t.platform.title}>
      <header className="panel-head">
        <h2>{data ? data.product : t.platform.title}</h2>
        {data && data.instances.length > 0 && <Summary data={data} />}
      </header>
      {error && !data && (
        <Failed what={t.platform.what} error={error} onRetry={() => void refetch()} />
      )}
      {!error && !data && <Skeleton rows={[104, 104, 104]} />}
      {data && data.instances.length === 0 && (
        <Empty why={t.platform.empty} how={t.platform.emptyHow} />
      )}
      {data && data.instances.length > 0 && (
        <div className="strata">
          <Layers tiers={data.tiers} instances={data.instances} />
          <InstancePanel instances={data.instances} />
        </div>
      )}
    </section>
  );
}

function Summary({ data }: { data: Standing }) {
  const t = useStrings();
  const running = data.instances.filter((instance) => instance.state === 'ok').length;
  return (
    <p className="muted small">
      {data.release && `${t.platform.release(data.release)} · `}
      {data.environment} · {t.platform.summary(running, data.instances.length)}{' '}
      {data.schedule && t.platform.schedule[data.schedule]}
    </p>
  );
}

/** Without the run, so that a moving bar does not draw the layers again. */
function standing(platform: Platform): Standing {
  const { product, release, environment, schedule, tiers, instances } = platform;
  return { product, release, environment, schedule, tiers, instances };
}
