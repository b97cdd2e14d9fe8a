import { useInfiniteQuery } from '@tanstack/react-query';
import { useAtomValue } from 'jotai';

import { Empty } from '@/components/empty';
import { Failed } from '@/components/failed';
import { Skeleton } from '@/components/skeleton';
import { useStrings } from '@/strings';
import { deploymentsQuery } from '../api/get-deployments';
import { filtersAtom } from '../atoms/filters';
import { DeploymentRow } from './deployment-row';

const columns = [
  'result',
  'service',
  'environment',
  'release',
  'kind',
  'commits',
  'lead',
  'duration',
  'actor',
  'when',
] as const;

export function DeploymentTable() {
  const t = useStrings();
  const filters = useAtomValue(filtersAtom);
  const query = useInfiniteQuery(deploymentsQuery(filters));
  const { data, error, refetch, isPlaceholderData } = query;
  if (error && !data) {
    return <Failed what={t.table.what} error={error} onRetry={() => void refetch()} />;
  }
  if (!data) return <Skeleton rows={Array.from({ length: 12 }, () => 20)} />;
  const items = data.pages.flatMap((page) => page.items);
  if (items.length === 0) {
    return <Empty why={t.table.empty(filters.days)} how={t.table.emptyHow} />;
  }
  const total = data.pages.at(-1)?.total ?? items.length;
  return (
    <>
      <div
        className="table-scroll"
        role="region"
        aria-label={t.table.label}
        tabIndex={0}
        aria-busy={isPlaceholderData}
      >
        <table className="table">
          <thead>
            <tr>
              {columns.map((column) => (
                <th key={column} scope="col" className={`is-${column}`}>
                  {t.table.columns[column]}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {items.map((item) => (
              <DeploymentRow key={item.key} item={item} />
            ))}
          </tbody>
        </table>
      </div>
      <footer className="table-foot">
        <p className="muted small" aria-live="polite">
          {t.table.shown(items.length, total)}
        </p>
        {error && <p role="alert">{t.state.failed(t.table.what)}</p>}
        {query.hasNextPage && (
          <button
            type="button"
            className="button"
            disabled={query.isFetchingNextPage}
            onClick={() => void query.fetchNextPage()}
          >
            {query.isFetchingNextPage ? t.table.loadingMore : t.table.more}
          </button>
        )}
      </footer>
    </>
  );
}
