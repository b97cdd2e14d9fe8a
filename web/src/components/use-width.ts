import { useLayoutEffect, useState, type RefObject } from 'react';

/** The width that an element has been given, in whole pixels. */
export function useWidth(element: RefObject<HTMLElement | null>, initial: number): number {
  const [width, setWidth] = useState(initial);
  useLayoutEffect(() => {
    if (!element.current) return;
    const follow = new ResizeObserver(([entry]) => {
      if (entry) setWidth(Math.floor(entry.contentRect.width));
    });
    follow.observe(element.current);
    return () => {
      follow.disconnect();
    };
  }, [element]);
  return width;
}
