import type { Plugin } from 'vite';

import { answer, makeWorld } from '../src/testing/fixtures/answers';

/** `npm run dev:fixtures`: the page with the test fixtures, for working on it without a console. */
export function fixtureServer(): Plugin {
  const world = makeWorld(Date.now());
  return {
    name: 'stratum-fixture-server',
    apply: 'serve',
    configureServer(server) {
      server.middlewares.use((request, response, next) => {
        const url = new URL(request.url ?? '/', 'http://localhost');
        if (!url.pathname.startsWith('/api/')) {
          next();
          return;
        }
        if (url.pathname === '/api/stream') {
          response.writeHead(200, { 'content-type': 'text/event-stream' });
          response.write('event: ping\ndata: {}\n\n');
          return;
        }
        const { status, body } = answer(world, url);
        response.writeHead(status, { 'content-type': 'application/json' });
        response.end(JSON.stringify(body));
      });
    },
  };
}
