import { useAtomValue, useSetAtom } from 'jotai';
import { useEffect, useRef, useState, type KeyboardEvent } from 'react';

import { useWidth } from '@/components/use-width';
import { useStrings } from '@/strings';
import { pointedMarkAtom } from '../atoms/pointed-mark';
import { selectedMetricAtom } from '../atoms/selected-metric';
import { stripWindowAtom } from '../atoms/strip-window';
import { step, type Step } from '../strip-layout';
import type { ServiceRow } from './deployment-strip';
import { StripAxis } from './strip-axis';
import { StripRow } from './strip-row';

const labelWidth = 148;
const least = 560;

const keys: Record<string, Step> = {
  ArrowRight: 'next',
  ArrowLeft: 'previous',
  ArrowUp: 'above',
  ArrowDown: 'below',
  Home: 'first',
  End: 'last',
};

interface Props {
  rows: ServiceRow[];
  stale: boolean;
}

/** The rows on one time axis. One stop of the Tab key; arrows move among the marks. */
export function StripChart({ rows, stale }: Props) {
  const t = useStrings();
  const box = useRef<HTMLDivElement>(null);
  const width = Math.max(useWidth(box, 1000) - labelWidth, least);
  const window = useAtomValue(stripWindowAtom);
  const metric = useAtomValue(selectedMetricAtom);
  const unpoint = useSetAtom(pointedMarkAtom);
  const [current, setCurrent] = useState<string | null>(null);
  useScrollToNow(box, width);

  const known = rows.some((row) => row.items.some((item) => item.key === current));
  const tabStop = known ? current : (rows[0]?.items[0]?.key ?? null);
  const move = (event: KeyboardEvent) => {
    const to = keys[event.key];
    if (!to || tabStop === null || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const items = rows.map((row) => row.items);
    const next = step(items, tabStop, to);
    setCurrent(next);
    box.current?.querySelector<SVGElement>(`[data-key="${CSS.escape(next)}"]`)?.focus();
  };

  return (
    <div
      ref={box}
      className="strip-scroll"
      aria-busy={stale}
      onScroll={() => {
        unpoint(null);
      }}
    >
      <div
        className="strip-rows"
        role="group"
        aria-label={`${t.strip.label}. ${t.strip.help}`}
        data-metric={metric}
        style={{ width: width + labelWidth }}
        onKeyDown={move}
      >
        <StripAxis window={window} width={width} />
        {rows.map((row) => (
          <StripRow
            key={row.service}
            service={row.service}
            items={row.items}
            window={window}
            width={width}
            tabStop={row.items.some((item) => item.key === tabStop) ? tabStop : null}
            onCurrent={setCurrent}
          />
        ))}
      </div>
    </div>
  );
}

/** Where the strip is wider than the screen, its newest end is what is seen first. */
function useScrollToNow(box: React.RefObject<HTMLDivElement | null>, width: number) {
  useEffect(() => {
    box.current?.scrollTo({ left: box.current.scrollWidth });
  }, [box, width]);
}
