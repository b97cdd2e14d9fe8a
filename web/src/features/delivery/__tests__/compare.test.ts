import { expect, test } from 'vitest';

import type { Metric, Unit } from '@/api/types';
import { compare } from '../compare';

function metric(unit: Unit, value: number | null, before: number | null): Metric {
  const previous = { value: before, n: 1, level: null, reason: null };
  const rest = { level: null, statistic: 'mean', p90: null, n: 1, numerator: null, reason: null };
  return { ...rest, unit, value, previous, excluded: [], trend: [] };
}

test('more deployments are better', () => {
  expect(compare(metric('per_day', 3, 2))).toEqual({
    change: 0.5,
    direction: 'up',
    verdict: 'better',
  });
});

test('more failures are worse', () => {
  expect(compare(metric('ratio', 0.2, 0.1))?.verdict).toBe('worse');
});

test('a change from zero has a direction but no percentage', () => {
  expect(compare(metric('ratio', 0.2, 0))).toEqual({
    change: null,
    direction: 'up',
    verdict: 'worse',
  });
});

test('nothing is said where one of the two is missing', () => {
  expect(compare(metric('seconds', 10, null))).toBeNull();
});
