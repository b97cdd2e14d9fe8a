import { atom } from 'jotai';
import { atomWithStorage } from 'jotai/utils';

/** What belongs to the person at this browser, and so not to the URL. */
export type Theme = 'system' | 'light' | 'dark';
export const themes: readonly Theme[] = ['system', 'light', 'dark'];
export const themeAtom = atomWithStorage<Theme>('stratum.theme', 'system', undefined, {
  getOnInit: true,
});

const systemDarkAtom = atom(darkQuery()?.matches ?? false);
systemDarkAtom.onMount = (set) => {
  const query = darkQuery();
  const follow = () => {
    set(query?.matches ?? false);
  };
  query?.addEventListener('change', follow);
  return () => query?.removeEventListener('change', follow);
};

/** Which of the two palettes is shown: a canvas cannot follow CSS by itself. */
export const darkAtom = atom((get) => {
  const theme = get(themeAtom);
  return theme === 'system' ? get(systemDarkAtom) : theme === 'dark';
});

function darkQuery(): MediaQueryList | undefined {
  return typeof matchMedia === 'function' ? matchMedia('(prefers-color-scheme: dark)') : undefined;
}
