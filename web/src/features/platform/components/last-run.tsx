import { useQuery } from '@tanstack/react-query';
import { useAtomValue } from 'jotai';

import type { Run } from '@/api/types';
import { Ago } from '@/components/ago';
import { Empty } from '@/components/empty';
import { Failed } from '@/components/failed';
import { Skeleton } from '@/components/skeleton';
import { secondAtom } from '@/state/clock';
import { useStrings } from '@/strings';
import { platformQuery } from '../api/get-platform';
import { RunBars } from './run-bars';

import './last-run.css';

/** What each component did over time, and what made the run as long as it was. */
export function LastRun() {
  const t = useStrings();
  const query = useQuery({ ...platformQuery, select: (platform) => platform.run });
  const { data: run, error, refetch } = query;
  return (
    <section className="panel" aria-label={t.run.title}>
      <header className="panel-head">
        <h2>{run?.at_work ? t.run.atWork : t.run.title}</h2>
        {run && <Heading run={run} />}
      </header>
      {error && run === undefined && (
        <Failed what={t.run.what} error={error} onRetry={() => void refetch()} />
      )}
      {!error && run === undefined && <Skeleton rows={[20, 20, 20, 20, 20]} />}
      {run === null && <Empty why={t.run.empty} how={t.run.emptyHow} />}
      {run && (run.at_work ? <LiveBars run={run} /> : <RunBars run={run} now={0} />)}
    </section>
  );
}

/** Only a run at work follows the clock. */
function LiveBars({ run }: { run: Run }) {
  const now = useAtomValue(secondAtom);
  return <RunBars run={run} now={now} />;
}

function Heading({ run }: { run: Run }) {
  const t = useStrings();
  const states = Object.entries(run.states).map(([state, n]) =>
    t.run.counts(n, t.run.states[state] ?? state),
  );
  return (
    <p className="muted small">
      {t.run.started} <Ago time={run.started_at} />
      {states.length > 0 && ` · ${states.join(', ')}`}
      {run.check && ` · ${t.run.check}`}
    </p>
  );
}
