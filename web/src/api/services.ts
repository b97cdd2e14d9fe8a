import { queryOptions } from '@tanstack/react-query';

import { request } from './client';
import type { Service } from './types';

export const servicesQuery = queryOptions({
  queryKey: ['services'],
  queryFn: ({ signal }) => request<{ services: Service[] }>('/api/services', { signal }),
  select: (answer) => answer.services,
});
