import { atom } from 'jotai';

export const signInOpenAtom = atom(false);
