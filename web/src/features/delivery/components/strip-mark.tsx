import { useAtomValue, useSetAtom } from 'jotai';
import { useAtomCallback } from 'jotai/utils';
import { memo, useCallback, type FocusEvent, type MouseEvent } from 'react';

import type { Deployment } from '@/api/types';
import { isPlainClick } from '@/components/link';
import { MarkShape, outcomeOf } from '@/components/mark';
import { outcomeText } from '@/components/outcome-text';
import { paths } from '@/config/paths';
import { fullSearchAtom, locationAtom, sharedSearchAtom, withQuery } from '@/state/location';
import { useFormat, useStrings } from '@/strings';
import { pointedMarkAtom } from '../atoms/pointed-mark';
import { countedBy } from '../counted-by';

interface Props {
  item: Deployment;
  x: number;
  y: number;
  repairs: boolean;
  isTabStop: boolean;
  onCurrent: (key: string) => void;
}

export const StripMark = memo(function StripMark(props: Props) {
  const { item, x, y, repairs, isTabStop, onCurrent } = props;
  const t = useStrings();
  const format = useFormat();
  const search = useAtomValue(sharedSearchAtom);
  const go = useGo(item.key);
  const point = useSetAtom(pointedMarkAtom);
  const { counts, hits } = countedBy(item, repairs);

  const show = (event: MouseEvent | FocusEvent) => {
    const place = event.currentTarget.getBoundingClientRect();
    point({ item, x: place.x + place.width / 2, y: place.y });
  };
  const hide = () => {
    point(null);
  };
  const open = (event: MouseEvent) => {
    if (!isPlainClick(event)) return;
    event.preventDefault();
    onCurrent(item.key);
    go();
  };

  return (
    <a
      href={withQuery(paths.deliveryDetail(item.key), search)}
      className="strip-mark"
      data-key={item.key}
      data-counts={counts}
      data-hits={hits}
      tabIndex={isTabStop ? 0 : -1}
      aria-label={t.strip.mark(
        item.service,
        t.kinds[item.kind],
        outcomeText(t, item),
        format.exact(item.started_at),
      )}
      onClick={open}
      onMouseEnter={show}
      onMouseLeave={hide}
      onFocus={show}
      onBlur={hide}
    >
      <g transform={`translate(${x} ${y})`}>
        <rect className="strip-target" x="-8" y="-8" width="16" height="16" rx="4" />
        <MarkShape kind={item.kind} outcome={outcomeOf(item)} />
      </g>
    </a>
  );
});

/** The query string is read when a mark is opened: choosing a metric draws no mark again. */
function useGo(key: string) {
  return useAtomCallback(
    useCallback(
      (get, set) => {
        set(locationAtom, { to: withQuery(paths.deliveryDetail(key), get(fullSearchAtom)) });
      },
      [key],
    ),
  );
}
