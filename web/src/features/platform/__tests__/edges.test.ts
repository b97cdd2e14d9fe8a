import { expect, test } from 'vitest';

import { makePlatform } from '@/testing/fixtures/platform';
import { edgePath, edgesOf, neighbours } from '../edges';

const edges = edgesOf(makePlatform(0).instances);

test('neighbours are what an instance needs and what needs it', () => {
  expect([...neighbours(edges, 'etl@local')].sort()).toEqual([
    'console@local',
    'etl@local',
    'object_store@local',
    'warehouse@local',
  ]);
});

test('a line goes from the foot of the upper block to the head of the lower one', () => {
  const upper = { left: 0, top: 0, width: 100, height: 50 };
  const lower = { left: 200, top: 100, width: 100, height: 50 };
  expect(edgePath(upper, lower)).toBe('M50 50C50 75 250 75 250 100');
});

test('a line to a block far below in the same column goes round what is between', () => {
  const upper = { left: 30, top: 0, width: 100, height: 50 };
  const lower = { left: 30, top: 300, width: 100, height: 50 };
  expect(edgePath(upper, lower)).toBe('M30 25C10 25 10 325 30 325');
});
