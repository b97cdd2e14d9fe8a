import type { EChartsCoreOption } from 'echarts/core';

import type { Metric } from '@/api/types';
import type { Format, Strings } from '@/strings';

interface Surroundings {
  t: Strings;
  format: Format;
  compares: boolean;
  color: (token: string) => string;
}

/** What ECharts draws for one metric: its weeks, and the value of the period before as a line. */
export function trendOption(metric: Metric, around: Surroundings): EChartsCoreOption {
  const { format, color } = around;
  const still = globalThis.matchMedia('(prefers-reduced-motion: reduce)').matches;
  const label = { color: color('--ink-3'), fontSize: 12, fontFamily: 'inherit' };
  return {
    animation: !still,
    animationDuration: 140,
    grid: { left: 84, right: 104, top: 16, bottom: 28, outerBoundsMode: 'none' },
    tooltip: tooltip(metric, around),
    xAxis: {
      type: 'category',
      boundaryGap: false,
      data: metric.trend.map((point) => format.day(point.from)),
      axisLine: { lineStyle: { color: color('--line-strong') } },
      axisTick: { show: false },
      axisLabel: label,
    },
    yAxis: {
      type: 'value',
      min: 0,
      splitNumber: 3,
      splitLine: { lineStyle: { color: color('--line') } },
      axisLabel: {
        ...label,
        formatter: (value: number) => (value === 0 ? '0' : format.valueText(value, metric.unit)),
      },
    },
    series: [
      {
        type: 'line',
        data: metric.trend.map((point) => point.value),
        symbol: 'circle',
        symbolSize: 7,
        lineStyle: { width: 2, color: color('--accent') },
        itemStyle: { color: color('--accent') },
        markLine: previousLine(metric, around),
      },
    ],
  };
}

function previousLine(metric: Metric, { t, compares, color }: Surroundings) {
  const before = metric.previous?.value;
  if (!compares || before === null || before === undefined) return { data: [] };
  return {
    silent: true,
    symbol: 'none',
    lineStyle: { color: color('--ink-3'), type: 'dashed' },
    label: {
      formatter: t.metrics.previousLine,
      position: 'end',
      color: color('--ink-3'),
      fontFamily: 'inherit',
    },
    data: [{ yAxis: before }],
  };
}

function tooltip(metric: Metric, { t, format, color }: Surroundings) {
  return {
    trigger: 'axis',
    confine: true,
    transitionDuration: 0,
    backgroundColor: color('--raised'),
    borderColor: color('--line-strong'),
    textStyle: { color: color('--ink'), fontSize: 13, fontFamily: 'inherit' },
    formatter: (items: { dataIndex: number }[]) => {
      const point = metric.trend[items[0]?.dataIndex ?? -1];
      if (!point) return '';
      const weeks = t.metrics.trendWeek(format.day(point.from), format.day(point.to));
      const value =
        point.value === null ? t.metrics.noData : format.valueText(point.value, metric.unit);
      return `${weeks}<br><strong>${value}</strong>`;
    },
  };
}
