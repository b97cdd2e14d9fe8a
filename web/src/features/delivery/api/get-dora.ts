import { keepPreviousData, queryOptions } from '@tanstack/react-query';

import { address, request } from '@/api/client';
import type { DoraAnswer } from '@/api/types';
import { scopeParameters, type Scope } from '@/state/scope';

export const doraQuery = (scope: Scope) =>
  queryOptions({
    queryKey: ['dora', scope],
    queryFn: ({ signal }) =>
      request<DoraAnswer>(address('/api/metrics/dora', scopeParameters(scope)), { signal }),
    placeholderData: keepPreviousData,
  });
