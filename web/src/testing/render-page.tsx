import { render } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { vi } from 'vitest';

import { App } from '@/app/app';
import { Providers } from '@/app/providers';
import { fakeConsole, now } from './fake-network';

/** The whole page at an address, with a console of its own. */
export function renderPage(path: string, prepare?: (side: ReturnType<typeof fakeConsole>) => void) {
  vi.useFakeTimers({ toFake: ['Date'], now });
  const side = fakeConsole();
  prepare?.(side);
  vi.stubGlobal('fetch', side.fetch);
  history.replaceState(null, '', path);
  // Every page begins with this address, not with the one that an earlier test left.
  dispatchEvent(new PopStateEvent('popstate'));
  render(
    <Providers>
      <App />
    </Providers>,
  );
  return { console: side, user: userEvent.setup() };
}
