import { useAtomValue } from 'jotai';
import { useLayoutEffect } from 'react';

import { themeAtom } from '@/state/preferences';
import { viewAtom } from '@/state/location';
import { useStrings } from '@/strings';

/** Tells the document what the page has chosen: palette, language, title. */
export function Appearance() {
  const t = useStrings();
  const theme = useAtomValue(themeAtom);
  const view = useAtomValue(viewAtom);
  useLayoutEffect(() => {
    document.documentElement.dataset['theme'] = theme;
  }, [theme]);
  useLayoutEffect(() => {
    document.documentElement.lang = t.locale;
    document.title = view === 'unknown' ? 'Stratum' : `${t.nav[view]} · Stratum`;
  }, [t, view]);
  return null;
}
