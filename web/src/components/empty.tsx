import type { ReactNode } from 'react';

import './notices.css';

interface Props {
  why: string;
  how: string;
  children?: ReactNode;
}

/** A widget without data: why there is none, and what would give it some. */
export function Empty({ why, how, children }: Props) {
  return (
    <div className="notice is-empty">
      <div>
        <p className="notice-title">{why}</p>
        <p className="muted">{how}</p>
      </div>
      {children}
    </div>
  );
}
