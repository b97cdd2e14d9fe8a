import { keepPreviousData, queryOptions, type QueryClient } from '@tanstack/react-query';

import { address, request } from '@/api/client';
import type { Deployment, DeploymentPage } from '@/api/types';
import { env } from '@/config/env';
import { everyEnvironment, scopeParameters, type Scope } from '@/state/scope';

export interface Strip {
  items: Deployment[];
  total: number;
}

export const stripQuery = (scope: Scope) =>
  queryOptions({
    queryKey: ['strip', scope],
    queryFn: ({ signal }) => readAll(scope, signal),
    placeholderData: keepPreviousData,
  });

/** The strip draws every deployment of the window, so it follows the cursor to the end. */
async function readAll(scope: Scope, signal: AbortSignal): Promise<Strip> {
  const parameters = { ...scopeParameters(scope), limit: env.stripPage };
  const items: Deployment[] = [];
  let cursor: string | null = null;
  let total: number;
  do {
    const url = address('/api/deployments', { ...parameters, cursor });
    const page: DeploymentPage = await request<DeploymentPage>(url, { signal });
    items.push(...page.items);
    ({ next: cursor, total } = page);
  } while (cursor !== null && items.length < env.stripLimit);
  return { items, total };
}

/** Puts a deployment that was just received where it belongs; other rows stay as they are. */
export function applyToStrip(client: QueryClient, item: Deployment): void {
  for (const query of client.getQueryCache().findAll({ queryKey: ['strip'] })) {
    if (!belongs(item, query.queryKey[1] as Scope)) continue;
    client.setQueryData<Strip>(query.queryKey, (old) => old && upserted(old, item));
  }
}

export function belongs(item: Deployment, scope: Scope): boolean {
  return (
    (scope.environment === everyEnvironment || scope.environment === item.environment) &&
    (scope.service === '' || scope.service === item.service)
  );
}

function upserted(strip: Strip, item: Deployment): Strip {
  const known = strip.items.some((one) => one.key === item.key);
  if (known) {
    return { ...strip, items: strip.items.map((one) => (one.key === item.key ? item : one)) };
  }
  return { items: [item, ...strip.items], total: strip.total + 1 };
}
