import { describe, expect, test } from 'vitest';

import { en } from '../en';
import { makeFormat } from '../format';
import { zh } from '../zh';

const format = makeFormat(en);

test.each([
  [0, '0 seconds'],
  [1, '1 second'],
  [89, '89 seconds'],
  [90, '1.5 minutes'],
  [2 * 3_600, '2 hours'],
  [86_400, '24 hours'],
  [3.24 * 86_400, '3.2 days'],
])('%d seconds are said as %s', (seconds, text) => {
  expect(format.duration(seconds)).toBe(text);
});

test.each([
  [3.21, '3.2 a day'],
  [0.5, '3.5 a week'],
  [0.1, '3 a month'],
])('%d deployments a day are said as %s', (perDay, text) => {
  expect(format.valueText(perDay, 'per_day')).toBe(text);
});

test('a ratio is said in percent', () => {
  expect(format.valueText(0.0732, 'ratio')).toBe('7.3 %');
});

test('a time that a fast clock puts into the future counts as now', () => {
  const now = Date.parse('2026-11-21T12:00:00Z');
  expect(format.relative('2026-11-21T12:00:05Z', now)).toBe('now');
});

describe('the catalogues', () => {
  const keysOf = (value: object, path = ''): string[] =>
    Object.entries(value).flatMap(([key, inner]: [string, unknown]) =>
      typeof inner === 'object' && inner !== null && key !== 'excluded'
        ? keysOf(inner, `${path}${key}.`)
        : [`${path}${key}`],
    );

  test('have the same entries in both languages', () => {
    expect(keysOf(zh)).toEqual(keysOf(en));
  });
});
