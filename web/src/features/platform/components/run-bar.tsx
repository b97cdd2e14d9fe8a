import { Glyph, type GlyphShape } from '@/components/glyph';
import { useFormat, useStrings } from '@/strings';
import type { Axis, PlacedBar } from '../bars';

const shapes: Record<string, GlyphShape> = {
  ok: 'ok',
  changed: 'ok',
  unchanged: 'ok',
  failed: 'failed',
  blocked: 'blocked',
  waiting: 'waiting',
  working: 'working',
};

export function RunBar({ bar, axis }: { bar: PlacedBar; axis: Axis }) {
  const t = useStrings();
  const format = useFormat();
  const state = t.run.states[bar.state] ?? bar.state;
  const isTrouble = bar.state === 'failed' || bar.state === 'blocked';
  const text = t.run.barsText(
    bar.instance,
    state,
    format.duration(bar.waited),
    format.duration(bar.worked),
  );
  return (
    <li className="bar-row" data-critical={bar.critical} data-state={bar.state}>
      <span className="bar-name" title={bar.reason ?? text}>
        <Glyph shape={shapes[bar.state] ?? 'not started'} />
        <span className="bar-instance">{bar.instance}</span>
        <span className="small muted">{state}</span>
      </span>
      <span className="bar-track" title={text}>
        <span className="visually-hidden">{text}</span>
        {axis.ticks.map((tick) => (
          <span
            key={tick}
            className="bar-grid"
            style={{ left: `${(tick / axis.seconds) * 100}%` }}
          />
        ))}
        {bar.segments.map((segment) => (
          <span
            key={segment.kind}
            className={`bar is-${segment.kind}`}
            style={{
              left: `${(segment.from / axis.seconds) * 100}%`,
              width: `${((segment.to - segment.from) / axis.seconds) * 100}%`,
            }}
          />
        ))}
      </span>
      {bar.reason && isTrouble && <span className="bar-reason small">{bar.reason}</span>}
    </li>
  );
}
