import type { ReactNode } from 'react';

interface Props {
  title: string;
  count?: number;
  current?: boolean;
  children: ReactNode;
}

export function ChainStep({ title, count = 0, current = false, children }: Props) {
  return (
    <li className="chain-step" data-current={current}>
      <h3 className="chain-title">
        {title} {count > 1 && <span className="muted">{count}</span>}
      </h3>
      {children}
    </li>
  );
}
