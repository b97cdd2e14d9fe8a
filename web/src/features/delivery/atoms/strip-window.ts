import { atom } from 'jotai';

import { minuteAtom } from '@/state/clock';
import { scopeAtom } from '@/state/scope';

const day = 86_400_000;

/** The right edge moves in steps, so that a tick of the clock does not draw every row again. */
const stripEndAtom = atom((get) => {
  const step = (get(scopeAtom).days * day) / 180;
  return Math.ceil(get(minuteAtom) / step) * step;
});

export interface TimeWindow {
  from: number;
  to: number;
}

export const stripWindowAtom = atom<TimeWindow>((get) => {
  const to = get(stripEndAtom);
  return { from: to - get(scopeAtom).days * day, to };
});
