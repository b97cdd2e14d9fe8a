import { useState } from 'react';

import type { RawEvent } from '@/api/types';
import { Ago } from '@/components/ago';
import { useStrings } from '@/strings';

/** The event as it came, made readable; the last word when a number looks wrong. */
export function RawEventFold({ event }: { event: RawEvent | null }) {
  const t = useStrings();
  if (!event) return <p className="muted small">{t.drawer.noRaw}</p>;
  const headers = Object.entries(event.headers).map(([name, value]) => `${name}: ${value}`);
  return (
    <details className="raw">
      <summary>
        {t.drawer.raw}{' '}
        <span className="muted small">
          {t.drawer.rawFrom(t.sources[event.source] ?? event.source, event.kind)} ·{' '}
          <Ago time={event.received_at} />
        </span>
      </summary>
      {headers.length > 0 && <Block title={t.drawer.headers} text={headers.join('\n')} />}
      <Block title={t.drawer.body} text={pretty(event.body)} />
    </details>
  );
}

function Block({ title, text }: { title: string; text: string }) {
  const t = useStrings();
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
  };
  return (
    <figure className="raw-block">
      <figcaption className="small muted">
        {title}
        <button type="button" className="button is-plain" onClick={() => void copy()}>
          {copied ? t.drawer.copied : t.drawer.copy}
        </button>
      </figcaption>
      <pre className="mono" tabIndex={0} aria-label={title}>
        {text}
      </pre>
    </figure>
  );
}

function pretty(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}
