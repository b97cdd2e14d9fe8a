import { useStrings } from '@/strings';

import './notices.css';

interface Props {
  /** One grey bar for each height, in the shape of what will come. */
  rows: number[];
  className?: string;
}

export function Skeleton({ rows, className = '' }: Props) {
  const t = useStrings();
  return (
    <div className={`skeleton ${className}`} aria-busy="true">
      <span className="visually-hidden">{t.state.loading}</span>
      {rows.map((height, index) => (
        <div key={index} className="skeleton-bar" style={{ height }} />
      ))}
    </div>
  );
}
