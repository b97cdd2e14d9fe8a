import type { MetricKey } from '@/api/types';
import { metricKeys } from '@/api/types';
import { choiceAtom } from '@/state/location';

/** The number whose weeks and marks are looked at; empty when none is. */
export const selectedMetricAtom = choiceAtom<MetricKey | ''>('metric', '', metricKeys);
