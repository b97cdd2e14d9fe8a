import { atom, useAtomValue } from 'jotai';
import { atomWithStorage } from 'jotai/utils';

import { en, type Strings } from './en';
import { makeFormat, type Format } from './format';
import { zh } from './zh';

/** The two catalogues; the browser's language decides until a person chooses. */
export type Language = 'en' | 'zh';
export const catalogues: Record<Language, Strings> = { en, zh };

const chosenAtom = atomWithStorage<Language | null>('stratum.language', null, undefined, {
  getOnInit: true,
});

export const languageAtom = atom(
  (get): Language => get(chosenAtom) ?? (navigator.language.startsWith('zh') ? 'zh' : 'en'),
  (_get, set, language: Language) => {
    set(chosenAtom, language);
  },
);

const stringsAtom = atom((get) => catalogues[get(languageAtom)]);
const formatAtom = atom((get) => makeFormat(get(stringsAtom)));

export const useStrings = (): Strings => useAtomValue(stringsAtom);
export const useFormat = (): Format => useAtomValue(formatAtom);
export type { Strings, Format };
