import { atom } from 'jotai';

import type { Deployment } from '@/api/types';

export interface PointedMark {
  item: Deployment;
  /** Where the mark is on the screen. */
  x: number;
  y: number;
}

/** The mark under the pointer or the focus; only the tooltip follows it. */
export const pointedMarkAtom = atom<PointedMark | null>(null);
