import { defineConfig, mergeConfig } from 'vitest/config';

import base from '../vite.config';
import { fixtureServer } from './fixture-server';

/** `npm run dev:fixtures`: the page with made-up answers, for working on it without a console. */
export default mergeConfig(base, defineConfig({ plugins: [fixtureServer()] }));
