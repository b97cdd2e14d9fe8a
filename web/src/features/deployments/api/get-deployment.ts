import { queryOptions } from '@tanstack/react-query';

import { request } from '@/api/client';
import type { DeploymentDetail } from '@/api/types';
import { deploymentApiPath } from '@/config/paths';

export const deploymentQuery = (key: string) =>
  queryOptions({
    queryKey: ['deployment', key],
    queryFn: ({ signal }) => request<DeploymentDetail>(deploymentApiPath(key), { signal }),
  });
