import { useAtom } from 'jotai';

import { Icon } from '@/components/icon';
import { themeAtom, themes } from '@/state/preferences';
import { useStrings } from '@/strings';

/** As the system, light, dark, and round again. */
export function ThemeButton() {
  const t = useStrings();
  const [theme, choose] = useAtom(themeAtom);
  return (
    <button
      type="button"
      className="button is-plain is-icon"
      aria-label={t.top.theme[theme]}
      title={t.top.theme[theme]}
      onClick={() => {
        choose(themes[(themes.indexOf(theme) + 1) % themes.length] ?? 'system');
      }}
    >
      <Icon name={theme} />
    </button>
  );
}
