import { memo } from 'react';

import { useFormat } from '@/strings';
import type { TimeWindow } from '../atoms/strip-window';
import { ticksOf, type Tick } from '../strip-layout';

interface Props {
  window: TimeWindow;
  width: number;
}

/** Dates above the rows; a label that would touch the one before is left out. */
export const StripAxis = memo(function StripAxis({ window, width }: Props) {
  const format = useFormat();
  const ticks = readable(ticksOf(window, width), width);
  return (
    <div className="strip-row is-axis" aria-hidden="true">
      <div className="strip-label" />
      <svg width={width} height="24">
        {ticks.map((tick) => (
          <text key={tick.time} x={tick.x} y="16" className={`strip-date is-${tick.kind}`}>
            {format.day(tick.time)}
          </text>
        ))}
      </svg>
    </div>
  );
});

const room = 56;

function readable(ticks: Tick[], width: number): Tick[] {
  const months = ticks.filter((tick) => tick.kind === 'month');
  const taken: Tick[] = months.filter((tick) => tick.x + room < width + 20);
  for (const tick of ticks) {
    const free = taken.every((other) => Math.abs(other.x - tick.x) >= room);
    if (free && tick.x + room < width + 20) taken.push(tick);
  }
  return taken;
}
