import { useMutation, useQueryClient } from '@tanstack/react-query';

import { request } from '@/api/client';

export function useSignIn(onDone: () => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (token: string) =>
      request<unknown>('/api/session', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ token }),
      }),
    onSuccess: async () => {
      onDone();
      await client.invalidateQueries();
    },
  });
}

export function useSignOut() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => request<unknown>('/api/session', { method: 'DELETE' }),
    onSuccess: () => client.invalidateQueries(),
  });
}
