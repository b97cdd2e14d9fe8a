import { queryOptions } from '@tanstack/react-query';

import { request } from './client';
import type { Session } from './types';

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: ({ signal }) => request<Session>('/api/session', { signal }),
  staleTime: 5 * 60_000,
});
