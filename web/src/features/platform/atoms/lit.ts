import { atom } from 'jotai';

import { choiceAtom } from '@/state/location';

/** The instance that a person clicked; it is in the URL. */
export const chosenAtom = choiceAtom<string>('instance', '');
/** The instance under the pointer or the focus. */
export const pointedAtom = atom('');
/** Whose edges are lit. */
export const litAtom = atom((get) => get(pointedAtom) || get(chosenAtom));
