import { LineChart } from 'echarts/charts';
import { GridComponent, MarkLineComponent, TooltipComponent } from 'echarts/components';
import { init, use as register, type EChartsType } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { useAtomValue } from 'jotai';
import { useEffect, useRef } from 'react';

import type { Metric } from '@/api/types';
import { darkAtom } from '@/state/preferences';
import { compareAtom } from '@/state/scope';
import { useFormat, useStrings } from '@/strings';
import { trendOption } from '../trend-option';

register([LineChart, GridComponent, MarkLineComponent, TooltipComponent, SVGRenderer]);

export default function TrendChart({ metric }: { metric: Metric }) {
  const t = useStrings();
  const format = useFormat();
  const compares = useAtomValue(compareAtom) === 'previous';
  const dark = useAtomValue(darkAtom);
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<EChartsType>(null);

  useEffect(() => {
    if (!box.current) return;
    const made = init(box.current);
    chart.current = made;
    const follow = new ResizeObserver(() => {
      made.resize();
    });
    follow.observe(box.current);
    return () => {
      follow.disconnect();
      made.dispose();
    };
  }, []);

  useEffect(() => {
    const element = box.current;
    if (!element) return;
    // A token is one name for two colours; only as a used colour is it known which.
    const color = (token: string) => {
      element.style.color = `var(${token})`;
      return getComputedStyle(element).color;
    };
    chart.current?.setOption(trendOption(metric, { t, format, compares, color }), true);
  }, [metric, t, format, compares, dark]);

  return (
    <>
      <div ref={box} className="trend-chart" aria-hidden="true" />
      <ul className="visually-hidden">
        {metric.trend.map((point) => (
          <li key={point.from}>
            {t.metrics.trendWeek(format.day(point.from), format.day(point.to))}:{' '}
            {point.value === null ? t.metrics.noData : format.valueText(point.value, metric.unit)}
          </li>
        ))}
      </ul>
    </>
  );
}
