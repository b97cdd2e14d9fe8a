import { memo, useMemo } from 'react';

import type { Deployment } from '@/api/types';
import { outcomeOf } from '@/components/mark';
import { useStrings } from '@/strings';
import type { TimeWindow } from '../atoms/strip-window';
import { repairKeys } from '../counted-by';
import { layOut, ticksOf } from '../strip-layout';
import { StripMark } from './strip-mark';

interface Props {
  service: string;
  items: Deployment[];
  window: TimeWindow;
  width: number;
  /** The mark of this row that the Tab key stops at, if it is in this row. */
  tabStop: string | null;
  onCurrent: (key: string) => void;
}

export const StripRow = memo(function StripRow(props: Props) {
  const { service, items, window, width, tabStop, onCurrent } = props;
  const t = useStrings();
  const row = useMemo(() => layOut(items, window, width), [items, window, width]);
  const repairs = useMemo(() => repairKeys(items), [items]);
  const failed = items.filter((item) => outcomeOf(item) === 'failed').length;
  return (
    <div className="strip-row">
      <div className="strip-label">
        <span className="strip-service" title={service}>
          {service}
        </span>
        <span className="small muted" title={t.strip.countLabel(items.length, failed)}>
          {t.strip.count(items.length, failed)}
        </span>
      </div>
      <svg width={width} height={row.height} role="group" aria-label={service}>
        {ticksOf(window, width).map((tick) => (
          <path
            key={tick.time}
            className={`strip-tick is-${tick.kind}`}
            d={`M${tick.x} 0V${row.height}`}
          />
        ))}
        {row.repairs.map((repair) => (
          <path key={repair.key} className="strip-repair" d={repair.path} />
        ))}
        {row.marks.map((mark) => (
          <StripMark
            key={mark.item.key}
            {...mark}
            repairs={repairs.has(mark.item.key)}
            isTabStop={mark.item.key === tabStop}
            onCurrent={onCurrent}
          />
        ))}
      </svg>
    </div>
  );
});
