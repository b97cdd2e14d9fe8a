import type { ReactNode } from 'react';

import { Icon } from './icon';

interface Props {
  href: string;
  children?: ReactNode;
}

/** A link out of the page. Only web addresses become links: events come from outside. */
export function ExternalLink({ href, children }: Props) {
  const text = children ?? href.replace(/^https?:\/\//, '');
  if (!/^https?:\/\//.test(href)) return <>{text}</>;
  return (
    <a className="link external" href={href} target="_blank" rel="noreferrer noopener">
      {text} <Icon name="out" />
    </a>
  );
}
