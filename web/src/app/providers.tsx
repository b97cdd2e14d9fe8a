import { QueryClientProvider } from '@tanstack/react-query';
import { Provider as AtomProvider } from 'jotai';
import { useState, type ReactNode } from 'react';

import { Appearance } from './appearance';
import { Live } from './live';
import { makeQueryClient } from './query-client';

export function Providers({ children }: { children: ReactNode }) {
  const [client] = useState(makeQueryClient);
  return (
    <AtomProvider>
      <QueryClientProvider client={client}>
        <Appearance />
        <Live />
        {children}
      </QueryClientProvider>
    </AtomProvider>
  );
}
