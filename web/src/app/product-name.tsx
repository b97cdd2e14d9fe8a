import { useQuery } from '@tanstack/react-query';

import { sessionQuery } from '@/api/session';
import { Glyph } from '@/components/glyph';
import { useStrings } from '@/strings';

/** Which product this is about, and whether its numbers are made up. */
export function ProductName() {
  const t = useStrings();
  const { data, isError, refetch } = useQuery(sessionQuery);
  if (isError) {
    return (
      <button type="button" className="button" onClick={() => void refetch()}>
        <Glyph shape="failed" /> {t.state.failed(t.session.name)} {t.state.retry}
      </button>
    );
  }
  return (
    <div className="product">
      <p className="product-name">
        {data?.product ?? ' '} <span className="muted">{data?.environment}</span>
      </p>
      {data?.sample_data && (
        <p className="sample" title={t.top.sampleText}>
          {t.top.sample}
        </p>
      )}
    </div>
  );
}
