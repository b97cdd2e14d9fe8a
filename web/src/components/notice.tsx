import { useStrings } from '@/strings';
import { Glyph } from './glyph';

import './notices.css';

/** A part of the page that broke while it was drawn. */
export function Notice({ text, onRetry }: { text: string; onRetry: () => void }) {
  const t = useStrings();
  return (
    <div className="notice panel" role="alert">
      <Glyph shape="failed" />
      <div>
        <p className="notice-title">{text}</p>
      </div>
      <button type="button" className="button" onClick={onRetry}>
        {t.state.retry}
      </button>
    </div>
  );
}
