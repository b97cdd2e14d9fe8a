import { answer, makeWorld, type Answer, type World } from './fixtures/answers';

/** The console's side of the wire: the fixtures' answers, and what a test puts in their place. */
export interface FakeConsole {
  world: World;
  requests: URL[];
  /** The next answers of a path; a function sees the request. */
  replace: (path: string, reply: Answer | ((init: RequestInit) => Answer)) => void;
  restore: (path: string) => void;
}

export const now = Date.parse('2026-11-21T12:00:00Z');

export function fakeConsole(): FakeConsole & { fetch: typeof fetch } {
  const world = makeWorld(now, 3);
  const requests: URL[] = [];
  const replaced = new Map<string, (init: RequestInit) => Answer>();
  return {
    world,
    requests,
    replace: (path, reply) => {
      replaced.set(path, typeof reply === 'function' ? reply : () => reply);
    },
    restore: (path) => {
      replaced.delete(path);
    },
    fetch: (input, init = {}) => {
      const url = new URL(input as string, location.href);
      requests.push(url);
      const reply = replaced.get(url.pathname)?.(init) ?? answer(world, url);
      return Promise.resolve(Response.json(reply.body, { status: reply.status }));
    },
  };
}

export function refusal(status: number, message: string, hint: string | null = null): Answer {
  return { status, body: { error: { code: 'refused', message, hint, where: null } } };
}

/** The stream of the console; a test says what comes. */
export class FakeEventSource extends EventTarget {
  private static open: FakeEventSource[] = [];
  onopen: (() => void) | null = null;
  onerror: (() => void) | null = null;

  constructor() {
    super();
    FakeEventSource.open.push(this);
  }

  static send(kind: string, data: unknown): void {
    for (const stream of FakeEventSource.open) {
      stream.dispatchEvent(new MessageEvent(kind, { data: JSON.stringify(data) }));
    }
  }

  static lose(): void {
    for (const stream of FakeEventSource.open) stream.onerror?.();
  }

  static forget(): void {
    FakeEventSource.open = [];
  }

  close(): void {
    FakeEventSource.open = FakeEventSource.open.filter((stream) => stream !== this);
  }
}
