import { useAtomValue } from 'jotai';

import { liveAtom } from '@/state/live';
import { useStrings } from '@/strings';

export function LiveDot() {
  const t = useStrings();
  const state = useAtomValue(liveAtom);
  return (
    <span className={`live is-${state}`} role="status" title={t.top.live[state]}>
      <svg width="8" height="8" viewBox="0 0 8 8" aria-hidden="true">
        <circle cx="4" cy="4" r="3" />
      </svg>
      <span className={state === 'live' ? 'live-text' : 'visually-hidden'}>
        {t.top.live[state]}
      </span>
    </span>
  );
}
