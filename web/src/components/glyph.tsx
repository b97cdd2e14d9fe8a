import './glyph.css';

export type GlyphShape =
  'ok' | 'failed' | 'unknown' | 'waiting' | 'working' | 'blocked' | 'not started';

/** A state by its shape first, then by its colour; the word stands beside it. */
export function Glyph({ shape }: { shape: GlyphShape }) {
  return (
    <svg
      className={`glyph is-${shape.replace(' ', '-')}`}
      width="14"
      height="14"
      viewBox="0 0 14 14"
      aria-hidden="true"
    >
      {drawings[shape]}
    </svg>
  );
}

const drawings: Record<GlyphShape, React.ReactNode> = {
  ok: (
    <>
      <circle className="glyph-fill" cx="7" cy="7" r="6.5" />
      <path className="glyph-cut" d="M4 7.2 6.2 9.4 10 5" />
    </>
  ),
  failed: (
    <>
      <rect className="glyph-fill" x=".5" y=".5" width="13" height="13" rx="3" />
      <path className="glyph-cut" d="m4.5 4.5 5 5m0-5-5 5" />
    </>
  ),
  blocked: (
    <>
      <path className="glyph-fill" d="M4.2.5h5.6l3.7 3.7v5.6l-3.7 3.7H4.2L.5 9.8V4.2z" />
      <path className="glyph-cut" d="M4 7h6" />
    </>
  ),
  waiting: (
    <>
      <circle className="glyph-line" cx="7" cy="7" r="5.75" />
      <path className="glyph-line" d="M7 4v3.2l2 1.4" />
    </>
  ),
  working: (
    <>
      <circle className="glyph-line" cx="7" cy="7" r="5.75" />
      <path className="glyph-fill" d="M7 3a4 4 0 0 1 0 8z" />
    </>
  ),
  unknown: (
    <>
      <path className="glyph-line" d="M7 1.2 12.8 7 7 12.8 1.2 7z" />
      <path className="glyph-line" d="M7 4.6v3M7 9.4v.2" />
    </>
  ),
  'not started': <circle className="glyph-line" cx="7" cy="7" r="5.75" strokeDasharray="2.2 2.3" />,
};
