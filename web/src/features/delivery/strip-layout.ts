import type { Deployment } from '@/api/types';

import type { TimeWindow } from './atoms/strip-window';

/** Where the marks of one service stand. Pure: items, a window and a width in, places out. */

export const laneHeight = 15;
const gap = 14;
const most = 6;
const edge = 10;

export interface PlacedMark {
  item: Deployment;
  x: number;
  y: number;
}

export interface PlacedRow {
  marks: PlacedMark[];
  repairs: { key: string; path: string }[];
  height: number;
}

export interface Tick {
  time: number;
  x: number;
  kind: 'day' | 'week' | 'month';
}

export function positionOf(time: number, window: TimeWindow, width: number): number {
  const share = (time - window.from) / (window.to - window.from);
  return edge + share * (width - 2 * edge);
}

/** Marks that would cover each other stand on one another, the first one on the ground. */
export function layOut(items: Deployment[], window: TimeWindow, width: number): PlacedRow {
  const sorted = [...items].sort((a, b) => Date.parse(a.started_at) - Date.parse(b.started_at));
  const ends: number[] = [];
  const lanes = sorted.map((item) => {
    const x = positionOf(Date.parse(item.started_at), window, width);
    const free = ends.findIndex((end) => end + gap <= x);
    const lane = free >= 0 ? free : Math.min(ends.length, most - 1);
    ends[lane] = x;
    return { item, x, lane };
  });
  const height = Math.max(ends.length, 1) * laneHeight + 21;
  const marks = lanes.map(({ item, x, lane }) => ({
    item,
    x: round(x),
    y: height - 16 - lane * laneHeight,
  }));
  return { marks, repairs: repairsOf(marks), height };
}

function repairsOf(marks: PlacedMark[]): PlacedRow['repairs'] {
  const byKey = new Map(marks.map((mark) => [mark.item.key, mark]));
  return marks.flatMap((from) => {
    const to = from.item.repaired_by === null ? undefined : byKey.get(from.item.repaired_by);
    if (!to) return [];
    return { key: from.item.key, path: arc(from, to) };
  });
}

/** An arc below the marks when they stand side by side, a straight line when one is above. */
function arc(from: PlacedMark, to: PlacedMark): string {
  if (from.y !== to.y) return `M${from.x} ${from.y}L${to.x} ${to.y}`;
  const middle = round((from.x + to.x) / 2);
  return `M${from.x} ${from.y}Q${middle} ${from.y + 24} ${to.x} ${to.y}`;
}

/** Lines at midnights of the viewer's zone: days of a week, else Mondays and firsts of months. */
export function ticksOf(window: TimeWindow, width: number): Tick[] {
  const days = (window.to - window.from) / 86_400_000;
  const ticks: Tick[] = [];
  const date = new Date(window.from);
  date.setHours(24, 0, 0, 0);
  while (date.getTime() < window.to) {
    const kind = date.getDate() === 1 ? 'month' : date.getDay() === 1 ? 'week' : 'day';
    if (days <= 8 || kind !== 'day') {
      const time = date.getTime();
      ticks.push({ time, x: round(positionOf(time, window, width)), kind });
    }
    date.setDate(date.getDate() + 1);
  }
  return ticks;
}

const round = (value: number) => Math.round(value * 10) / 10;

export type Step = 'next' | 'previous' | 'above' | 'below' | 'first' | 'last';

/** The mark that an arrow key leads to. */
export function step(rows: Deployment[][], key: string, to: Step): string {
  const sorted = rows.map((row) =>
    [...row].sort((a, b) => Date.parse(a.started_at) - Date.parse(b.started_at)),
  );
  const at = sorted.findIndex((row) => row.some((item) => item.key === key));
  const row = sorted[at];
  if (!row) return key;
  const index = row.findIndex((item) => item.key === key);
  if (to === 'above' || to === 'below') {
    const other = sorted[at + (to === 'below' ? 1 : -1)];
    const here = row[index];
    return (other && here && nearest(other, Date.parse(here.started_at))) ?? key;
  }
  const target = { next: index + 1, previous: index - 1, first: 0, last: row.length - 1 }[to];
  return row[target]?.key ?? key;
}

function nearest(row: Deployment[], time: number): string | undefined {
  const distance = (item: Deployment) => Math.abs(Date.parse(item.started_at) - time);
  return row.toSorted((a, b) => distance(a) - distance(b))[0]?.key;
}
