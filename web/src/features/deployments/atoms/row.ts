import { atom } from 'jotai';

import { arrivedAtom } from '@/state/live';
import { openDeploymentAtom } from '@/state/location';

/** What one row needs to know of the page's state; it changes for the rows concerned only. */
export const isOpenAtom = (key: string) => atom((get) => get(openDeploymentAtom) === key);
export const hasArrivedAtom = (key: string) => atom((get) => get(arrivedAtom).has(key));
