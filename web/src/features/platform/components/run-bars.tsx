import type { Run } from '@/api/types';
import { useFormat, useStrings } from '@/strings';
import { axisOf, criticalSeconds, placeBars } from '../bars';
import { RunBar } from './run-bar';
import { RunLegend } from './run-legend';

interface Props {
  run: Run;
  now: number;
}

export function RunBars({ run, now }: Props) {
  const t = useStrings();
  const format = useFormat();
  const axis = axisOf(run, now);
  const bars = placeBars(run, axis);
  return (
    <div className="run">
      {run.critical_path.length > 0 && (
        <p className="run-sentence">
          <span className="run-key" aria-hidden="true" />
          {t.run.criticalText(run.critical_path, format.duration(criticalSeconds(bars)))}
        </p>
      )}
      {run.barrier_text && <p className="run-sentence muted">{run.barrier_text}</p>}
      <div className="bars-scroll" role="region" aria-label={t.run.label} tabIndex={0}>
        <ul className="bars">
          <li className="bar-row is-axis" aria-hidden="true">
            <span />
            <span className="bar-track">
              {axis.ticks.map((tick) => (
                <span
                  key={tick}
                  className="bar-tick small muted"
                  style={{ left: `${(tick / axis.seconds) * 100}%` }}
                >
                  {tick < 90 ? `${tick} s` : format.duration(tick)}
                </span>
              ))}
            </span>
          </li>
          {bars.map((bar) => (
            <RunBar key={bar.instance} bar={bar} axis={axis} />
          ))}
        </ul>
      </div>
      <RunLegend bars={bars} />
    </div>
  );
}
