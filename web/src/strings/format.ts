import type { Unit } from '@/api/types';

import type { Strings } from './en';
import { asDuration, asRate, rounded } from './quantity';

/** Numbers, durations and times as text of one language, in the viewer's zone. */
export interface Format {
  number: (value: number) => string;
  duration: (seconds: number) => string;
  value: (value: number, unit: Unit) => { amount: string; unit: string };
  valueText: (value: number, unit: Unit) => string;
  exact: (time: string | number) => string;
  relative: (time: string, now: number) => string;
  day: (time: string | number) => string;
  month: (time: string | number) => string;
}

const spans: [Intl.RelativeTimeFormatUnit, number, number][] = [
  ['second', 1, 60],
  ['minute', 60, 3_600],
  ['hour', 3_600, 86_400],
  ['day', 86_400, 14 * 86_400],
  ['week', 7 * 86_400, 60 * 86_400],
  ['month', 30 * 86_400, Infinity],
];

export function makeFormat(strings: Strings): Format {
  const { locale, units } = strings;
  const plain = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
  const past = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  const exact = new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeStyle: 'long' });
  const day = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short' });
  const month = new Intl.DateTimeFormat(locale, { month: 'long' });

  const duration = (seconds: number) => {
    const { amount, unit } = asDuration(seconds);
    return units.duration(plain.format(amount), unit, amount);
  };
  const value = (amount: number, unit: Unit) => {
    if (unit === 'ratio') {
      return { amount: plain.format(rounded(amount * 100)), unit: units.percent };
    }
    if (unit === 'per_day') {
      const rate = asRate(amount);
      return { amount: plain.format(rate.amount), unit: units.rateUnit(rate.unit) };
    }
    const span = asDuration(amount);
    return {
      amount: plain.format(span.amount),
      unit: units.durationUnit(span.unit, span.amount),
    };
  };
  const relative = (time: string, now: number) => {
    const seconds = (Date.parse(time) - now) / 1_000;
    // A clock a little ahead must not make the past look like the future.
    const span = Math.min(seconds, 0);
    const [unit, size] = spans.find(([, , limit]) => -span < limit) ?? ['month', 30 * 86_400];
    return past.format(Math.round(span / size), unit);
  };

  return {
    number: (amount) => plain.format(amount),
    duration,
    value,
    valueText: (amount, unit) => {
      const text = value(amount, unit);
      return text.unit === units.percent ? `${text.amount} %` : `${text.amount} ${text.unit}`;
    },
    exact: (time) => exact.format(new Date(time)),
    relative,
    day: (time) => day.format(new Date(time)),
    month: (time) => month.format(new Date(time)),
  };
}
