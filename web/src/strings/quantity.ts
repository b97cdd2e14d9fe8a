/** Amounts in the unit a person would say; the words themselves are in the catalogues. */

export type DurationUnit = 'seconds' | 'minutes' | 'hours' | 'days';
export type RateUnit = 'day' | 'week' | 'month';

export interface Amount<Unit> {
  amount: number;
  unit: Unit;
}

const steps: [DurationUnit, number, number][] = [
  ['seconds', 1, 90],
  ['minutes', 60, 90 * 60],
  ['hours', 3_600, 36 * 3_600],
  ['days', 86_400, Infinity],
];

export function asDuration(seconds: number): Amount<DurationUnit> {
  const [unit, size] = steps.find(([, , limit]) => seconds < limit) ?? ['days', 86_400];
  return { amount: rounded(seconds / size), unit };
}

export function asRate(perDay: number): Amount<RateUnit> {
  if (perDay >= 0.95) return { amount: rounded(perDay), unit: 'day' };
  if (perDay * 7 >= 0.95) return { amount: rounded(perDay * 7), unit: 'week' };
  return { amount: rounded(perDay * 30), unit: 'month' };
}

/** Two significant digits below ten, whole numbers above. */
export function rounded(value: number): number {
  return Math.abs(value) >= 10 ? Math.round(value) : Math.round(value * 10) / 10;
}

export function shortSha(commit: string): string {
  return commit.slice(0, 7);
}
