import { useQueryClient, type QueryClient } from '@tanstack/react-query';
import { useSetAtom } from 'jotai';
import { useEffect } from 'react';

import type { Deployment } from '@/api/types';
import { env } from '@/config/env';
import { applyToStrip, belongs } from '@/features/delivery/api/get-strip';
import { applyToList } from '@/features/deployments/api/get-deployments';
import { arrivedAtom, liveAtom } from '@/state/live';
import type { Scope } from '@/state/scope';

/** Follows the console's stream: what arrives changes its own row and the numbers it touches. */
export function Live() {
  const client = useQueryClient();
  const setState = useSetAtom(liveAtom);
  const setArrived = useSetAtom(arrivedAtom);
  useEffect(() => {
    const stream = new EventSource(env.streamPath);
    let wasLost = false;
    stream.onopen = () => {
      setState('live');
      if (wasLost) void client.invalidateQueries();
      wasLost = false;
    };
    stream.onerror = () => {
      setState('lost');
      wasLost = true;
    };
    stream.addEventListener('deployment', (event: MessageEvent<string>) => {
      const item = JSON.parse(event.data) as Deployment;
      setArrived((old) => new Set(old).add(item.key));
      applyDeployment(client, item);
    });
    stream.addEventListener('platform', () => {
      void client.invalidateQueries({ queryKey: ['platform'] });
    });
    return () => {
      stream.close();
    };
  }, [client, setState, setArrived]);
  return null;
}

function applyDeployment(client: QueryClient, item: Deployment): void {
  applyToStrip(client, item);
  applyToList(client, item);
  void client.invalidateQueries({ queryKey: ['services'] });
  void client.invalidateQueries({
    predicate: ({ queryKey: [name, scope] }) => name === 'dora' && belongs(item, scope as Scope),
  });
}
