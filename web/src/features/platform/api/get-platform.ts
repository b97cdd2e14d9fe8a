import { queryOptions } from '@tanstack/react-query';

import { request } from '@/api/client';
import type { Platform } from '@/api/types';

export const platformQuery = queryOptions({
  queryKey: ['platform'],
  queryFn: ({ signal }) => request<Platform>('/api/platform', { signal }),
  // The stream says when to fetch again; while a run is at work a lost stream must not freeze it.
  refetchInterval: (query) => (query.state.data?.run?.at_work ? 3_000 : false),
});
