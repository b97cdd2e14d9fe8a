import { ApiError } from '@/api/client';
import { useStrings } from '@/strings';
import { Glyph } from './glyph';

import './notices.css';

interface Props {
  what: string;
  error: unknown;
  onRetry: () => void;
}

/** A widget that could not be loaded: what, why, and a way to try again, where it happened. */
export function Failed({ what, error, onRetry }: Props) {
  const t = useStrings();
  const why = error instanceof ApiError ? [error.message, error.hint].filter(Boolean) : [];
  return (
    <div className="notice" role="alert">
      <Glyph shape="failed" />
      <div>
        <p className="notice-title">{t.state.failed(what)}</p>
        {why.length > 0 && <p className="muted">{why.join(' ')}</p>}
      </div>
      <button type="button" className="button" onClick={onRetry}>
        {t.state.retry}
      </button>
    </div>
  );
}
