import '@testing-library/jest-dom/vitest';
import { cleanup, configure } from '@testing-library/react';
import { afterEach, beforeEach, vi } from 'vitest';

import { FakeEventSource } from './fake-network';

// Asking each element of a large page whether it is visible is most of a test's time; the tests
// that are about visibility say toBeVisible. Machines that run this may be busy with much else.
configure({ defaultHidden: true, asyncUtilTimeout: 10_000 });

/** What jsdom lacks of a browser. Of the page's own parts nothing is replaced but the network. */
class StillObserver {
  observe() {
    // jsdom lays nothing out, so there is never a size to tell.
  }
  unobserve() {
    // See observe.
  }
  disconnect() {
    // See observe.
  }
}

beforeEach(() => {
  vi.stubGlobal('ResizeObserver', StillObserver);
  vi.stubGlobal('EventSource', FakeEventSource);
  Element.prototype.scrollTo = () => undefined;
  HTMLDialogElement.prototype.showModal = function showModal() {
    this.open = true;
  };
  HTMLDialogElement.prototype.close = function close() {
    this.open = false;
  };
  localStorage.clear();
  history.replaceState(null, '', '/');
});

afterEach(() => {
  cleanup();
  FakeEventSource.forget();
});
