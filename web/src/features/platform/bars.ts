import type { Bar, Run } from '@/api/types';

/** The bars of a run as shares of one time axis. */

export type SegmentKind = 'waiting' | 'working' | 'becoming' | 'ready';

export interface Segment {
  kind: SegmentKind;
  from: number;
  to: number;
}

export interface PlacedBar {
  instance: string;
  state: string;
  reason: string | null;
  critical: boolean;
  segments: Segment[];
  waited: number;
  worked: number;
}

export interface Axis {
  start: number;
  seconds: number;
  ticks: number[];
}

const at = (time: string | null | undefined) => (time ? Date.parse(time) : null);

/** `now` is the right edge of a run that is still at work. */
export function axisOf(run: Run, now: number): Axis {
  const start = Date.parse(run.started_at);
  const last = run.bars.map((bar) => at(bar.ended_at) ?? at(bar.ready_at) ?? start);
  const end = run.at_work ? now : Math.max(at(run.ended_at) ?? start, ...last);
  const seconds = Math.max((end - start) / 1_000, 1);
  return { start, seconds, ticks: ticksOf(seconds) };
}

const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1_800, 3_600];

function ticksOf(seconds: number): number[] {
  const step = steps.find((size) => seconds / size <= 6) ?? 7_200;
  return Array.from({ length: Math.floor(seconds / step) + 1 }, (_, n) => n * step);
}

export function placeBars(run: Run, axis: Axis): PlacedBar[] {
  const critical = new Set(run.critical_path);
  return run.bars.map((bar) => {
    const segments = segmentsOf(bar, axis);
    const length = (kinds: SegmentKind[]) =>
      segments
        .filter((segment) => kinds.includes(segment.kind))
        .reduce((sum, segment) => sum + segment.to - segment.from, 0);
    return {
      instance: bar.instance,
      state: bar.state,
      reason: bar.reason,
      critical: critical.has(bar.instance),
      segments,
      waited: length(['waiting']),
      worked: length(['working', 'becoming']),
    };
  });
}

/** Each part ends where the next one begins; the last one that has begun reaches the bar's end. */
function segmentsOf(bar: Bar, axis: Axis): Segment[] {
  const begins: [SegmentKind, number | null][] = [
    ['waiting', at(bar.waiting_from)],
    ['working', at(bar.started_at)],
    ['becoming', at(bar.readiness_from)],
    ['ready', at(bar.ready_at)],
  ];
  const begun = begins.flatMap(([kind, time]) => (time === null ? [] : [{ kind, time }]));
  const end = at(bar.ended_at) ?? axis.start + axis.seconds * 1_000;
  return begun
    .map(({ kind, time }, n) => ({
      kind,
      from: (time - axis.start) / 1_000,
      to: ((begun[n + 1]?.time ?? end) - axis.start) / 1_000,
    }))
    .filter((segment) => segment.to > segment.from);
}

export function criticalSeconds(bars: PlacedBar[]): number {
  const ends = bars.filter((bar) => bar.critical).flatMap((bar) => bar.segments.at(-1)?.to ?? []);
  return Math.max(...ends, 0);
}
