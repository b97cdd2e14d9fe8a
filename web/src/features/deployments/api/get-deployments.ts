import {
  infiniteQueryOptions,
  keepPreviousData,
  type InfiniteData,
  type QueryClient,
} from '@tanstack/react-query';

import { address, request } from '@/api/client';
import type { Deployment, DeploymentPage } from '@/api/types';
import { env } from '@/config/env';
import { everyEnvironment, scopeParameters } from '@/state/scope';
import type { Filters } from '../atoms/filters';

export const deploymentsQuery = (filters: Filters) =>
  infiniteQueryOptions({
    queryKey: ['deployments', filters],
    queryFn: ({ pageParam: cursor, signal }) => {
      const { result, kind, q } = filters;
      const choice = { result, kind, q, limit: env.pageSize, cursor };
      const url = address('/api/deployments', { ...scopeParameters(filters), ...choice });
      return request<DeploymentPage>(url, { signal });
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
  });

type Pages = InfiniteData<DeploymentPage, string | null>;

/** Replaces a known deployment in its row; a new one is put on top where the filters allow it. */
export function applyToList(client: QueryClient, item: Deployment): void {
  for (const query of client.getQueryCache().findAll({ queryKey: ['deployments'] })) {
    const filters = query.queryKey[1] as Filters;
    client.setQueryData<Pages>(query.queryKey, (old) => old && upserted(old, item, filters));
    // Whether a text fits is the server's to say.
    if (filters.q) void client.invalidateQueries({ queryKey: query.queryKey });
  }
  void client.invalidateQueries({ queryKey: ['deployment', item.key] });
}

function upserted(old: Pages, item: Deployment, filters: Filters): Pages {
  const known = old.pages.some((page) => page.items.some((one) => one.key === item.key));
  if (known) return { ...old, pages: old.pages.map((page) => replaced(page, item)) };
  const [first, ...rest] = old.pages;
  if (!first || !fits(item, filters)) return old;
  const grown = { ...first, items: [item, ...first.items], total: first.total + 1 };
  return { ...old, pages: [grown, ...rest] };
}

function replaced(page: DeploymentPage, item: Deployment): DeploymentPage {
  if (!page.items.some((one) => one.key === item.key)) return page;
  return { ...page, items: page.items.map((one) => (one.key === item.key ? item : one)) };
}

function fits(item: Deployment, filters: Filters): boolean {
  const { environment, service, result, kind, q } = filters;
  return (
    q === '' &&
    (environment === everyEnvironment || environment === item.environment) &&
    (service === '' || service === item.service) &&
    (result === '' || result === item.result) &&
    (kind === '' || kind === item.kind)
  );
}
