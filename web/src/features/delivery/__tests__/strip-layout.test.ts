import { describe, expect, test } from 'vitest';

import { deployment } from '@/testing/fixtures/deployments';
import { seeded } from '@/testing/fixtures/random';
import { layOut, step, ticksOf } from '../strip-layout';

const day = 86_400_000;
const window = { from: Date.parse('2026-08-23T00:00:00Z'), to: Date.parse('2026-11-21T00:00:00Z') };

function at(...days: number[]) {
  const random = seeded(1);
  return days.map((n, index) =>
    deployment({
      service: 'checkout',
      number: index + 1,
      startedAt: window.from + n * day,
      random,
    }),
  );
}

describe('marks', () => {
  test('stand on the ground where there is room', () => {
    const { marks } = layOut(at(10, 30, 50), window, 1000);
    expect(new Set(marks.map((mark) => mark.y)).size).toBe(1);
  });

  test('of one hour stand on one another', () => {
    const { marks } = layOut(at(10, 10.01), window, 1000);
    expect(marks[1]!.y).toBeLessThan(marks[0]!.y);
  });

  test('never leave the row, however many there are at once', () => {
    const { marks, height } = layOut(at(...Array.from({ length: 40 }, () => 10)), window, 1000);
    expect(marks.every((mark) => mark.y > 0 && mark.y < height)).toBe(true);
  });

  test('go from left to right in time', () => {
    const { marks } = layOut(at(50, 10, 30), window, 1000);
    const places = marks.map((mark) => mark.x);
    expect(places).toEqual([...places].sort((a, b) => a - b));
  });
});

test('a line leads from a failed deployment to the one that repaired it', () => {
  const [failed, fix] = at(10, 20);
  const { repairs } = layOut([{ ...failed!, repaired_by: fix!.key }, fix!], window, 1000);
  expect(repairs).toEqual([{ key: failed!.key, path: expect.stringMatching(/^M.+Q/) as string }]);
});

test('a repair outside the window draws no line', () => {
  const [failed] = at(10);
  const { repairs } = layOut([{ ...failed!, repaired_by: 'elsewhere' }], window, 1000);
  expect(repairs).toEqual([]);
});

test('a quarter has a tick for each month and each Monday', () => {
  const kinds = ticksOf(window, 1000).map((tick) => tick.kind);
  expect(kinds.filter((kind) => kind === 'month')).toHaveLength(3);
  expect(kinds).not.toContain('day');
});

describe('arrow keys', () => {
  const upper = at(10, 20, 30);
  const lower = at(11, 28).map((item) => ({ ...item, key: `search/${item.key}` }));
  const rows = [upper, lower];

  test('lead to the next mark of the row', () => {
    expect(step(rows, upper[0]!.key, 'next')).toBe(upper[1]!.key);
  });

  test('stay at the end of the row', () => {
    expect(step(rows, upper[2]!.key, 'next')).toBe(upper[2]!.key);
  });

  test('lead to the nearest mark in time of the row below', () => {
    expect(step(rows, upper[2]!.key, 'below')).toBe(lower[1]!.key);
  });
});
