import { useSetAtom } from 'jotai';
import type { AnchorHTMLAttributes, MouseEvent } from 'react';

import { locationAtom } from '@/state/location';

type Props = AnchorHTMLAttributes<HTMLAnchorElement> & { to: string; replace?: boolean };

/** A link inside the page: a real address, followed without loading the page again. */
export function Link({ to, replace = false, onClick, ...rest }: Props) {
  const go = useSetAtom(locationAtom);
  const follow = (event: MouseEvent<HTMLAnchorElement>) => {
    onClick?.(event);
    if (event.defaultPrevented || !isPlainClick(event)) return;
    event.preventDefault();
    go({ to, replace });
  };
  return <a href={to} onClick={follow} {...rest} />;
}

/** A click that asks for a new tab or window is the browser's. */
export function isPlainClick(event: MouseEvent): boolean {
  return event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);
}
