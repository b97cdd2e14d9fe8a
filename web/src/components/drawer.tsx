import { useEffect, useRef, type ReactNode } from 'react';

import { useStrings } from '@/strings';
import { Icon } from './icon';

import './drawer.css';

interface Props {
  label: string;
  /** A new value is new content: the drawer takes the focus again and scrolls to its top. */
  contentKey: string;
  head: ReactNode;
  children: ReactNode;
  onClose: () => void;
}

/**
 * Details beside the view they belong to. It is not modal: the view stays usable, Escape closes,
 * and the focus goes back to where it was.
 */
export function Drawer({ label, contentKey, head, children, onClose }: Props) {
  const t = useStrings();
  const box = useRef<HTMLElement>(null);
  useReturnFocus(box);
  useEffect(() => {
    box.current?.focus();
  }, [contentKey]);

  return (
    <aside
      ref={box}
      className="drawer"
      role="dialog"
      aria-label={label}
      tabIndex={-1}
      onKeyDown={(event) => {
        if (event.key === 'Escape') onClose();
      }}
    >
      <header className="drawer-head">
        <div className="drawer-title">{head}</div>
        <button
          type="button"
          className="button is-plain is-icon"
          aria-label={t.drawer.close}
          onClick={onClose}
        >
          <Icon name="close" />
        </button>
      </header>
      <div className="drawer-body">{children}</div>
    </aside>
  );
}

function useReturnFocus(box: React.RefObject<HTMLElement | null>) {
  useEffect(() => {
    const before = document.activeElement;
    const drawer = box.current;
    return () => {
      const now = document.activeElement;
      const isLost = now === null || now === document.body || drawer?.contains(now);
      if (isLost && (before instanceof HTMLElement || before instanceof SVGElement)) before.focus();
    };
  }, [box]);
}
