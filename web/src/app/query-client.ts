import { QueryCache, QueryClient } from '@tanstack/react-query';

import { ApiError } from '@/api/client';
import { sessionQuery } from '@/api/session';

export function makeQueryClient(): QueryClient {
  const client: QueryClient = new QueryClient({
    queryCache: new QueryCache({
      onError: (error, query) => {
        // A session that has ended shows itself in any answer.
        if (isRefused(error) && query.queryKey[0] !== 'session') {
          void client.invalidateQueries({ queryKey: sessionQuery.queryKey });
        }
      },
    }),
    defaultOptions: {
      queries: {
        staleTime: 30_000,
        retry: (count, error) => count < 2 && isPassing(error),
        retryDelay: (count) => 500 * 2 ** count,
      },
    },
  });
  return client;
}

const isRefused = (error: Error) => error instanceof ApiError && error.status === 401;

/** Worth asking again by itself: the console is starting or too busy, not "no". */
function isPassing(error: Error): boolean {
  return error instanceof ApiError && (error.status === 0 || error.status === 503);
}
