import { useAtom } from 'jotai';

import { Icon } from '@/components/icon';
import { catalogues, languageAtom, useStrings } from '@/strings';

/** The button names the other language in that language. */
export function LanguageSwitch() {
  const t = useStrings();
  const [language, choose] = useAtom(languageAtom);
  const other = language === 'en' ? 'zh' : 'en';
  const name = catalogues[other].languageName;
  return (
    <button
      type="button"
      className="button is-plain is-icon"
      lang={catalogues[other].locale}
      aria-label={`${t.top.language}: ${name}`}
      title={name}
      onClick={() => {
        choose(other);
      }}
    >
      <Icon name="language" />
    </button>
  );
}
