import { atom } from 'jotai';

export type LiveState = 'connecting' | 'live' | 'lost';
export const liveAtom = atom<LiveState>('connecting');

/** Keys of deployments that arrived while the page was open; they slide in. */
export const arrivedAtom = atom<ReadonlySet<string>>(new Set<string>());
