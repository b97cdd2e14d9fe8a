import { expect, test } from 'vitest';

import type { Bar, Run } from '@/api/types';
import { axisOf, criticalSeconds, placeBars } from '../bars';

const start = Date.parse('2026-11-21T12:00:00Z');
const at = (seconds: number) => new Date(start + seconds * 1_000).toISOString();

function run(bar: Partial<Bar>, rest: Partial<Run> = {}): Run {
  const nothing = { started_at: null, readiness_from: null, ready_at: null, ended_at: null };
  return {
    id: 'r',
    started_at: at(0),
    ended_at: at(10),
    check: false,
    at_work: false,
    states: {},
    bars: [
      { instance: 'a', waiting_from: at(0), ...nothing, state: 'changed', reason: null, ...bar },
    ],
    critical_path: ['a'],
    barrier_cost_seconds: null,
    barrier_text: null,
    ...rest,
  };
}

const segments = (of: Run, now = 0) =>
  placeBars(of, axisOf(of, now))[0]!.segments.map(({ kind, from, to }) => [kind, from, to]);

test('each part of a bar ends where the next begins', () => {
  const whole = run({ started_at: at(2), readiness_from: at(5), ready_at: at(8), ended_at: at(9) });
  expect(segments(whole)).toEqual([
    ['waiting', 0, 2],
    ['working', 2, 5],
    ['becoming', 5, 8],
    ['ready', 8, 9],
  ]);
});

test('without the time when readiness was first looked for, it works until it is ready', () => {
  expect(segments(run({ started_at: at(2), ready_at: at(8), ended_at: at(8) }))).toEqual([
    ['waiting', 0, 2],
    ['working', 2, 8],
  ]);
});

test('what still waits in a run at work waits until now', () => {
  const live = run({}, { at_work: true, ended_at: null });
  expect(segments(live, start + 4_000)).toEqual([['waiting', 0, 4]]);
});

test('the critical path ends with its last bar', () => {
  const done = run({ started_at: at(2), ready_at: at(8), ended_at: at(9) });
  expect(criticalSeconds(placeBars(done, axisOf(done, 0)))).toBe(9);
});

test('the axis has at most seven ticks', () => {
  const long = run({}, { ended_at: at(1_000) });
  expect(axisOf(long, 0).ticks).toEqual([0, 300, 600, 900]);
});
