import { useAtom } from 'jotai';
import { useEffect, useRef } from 'react';

import { useStrings } from '@/strings';
import { signInOpenAtom } from '../atoms/dialog';
import { SignInForm } from './sign-in-form';

export function SignInDialog() {
  const t = useStrings();
  const [open, setOpen] = useAtom(signInOpenAtom);
  const dialog = useRef<HTMLDialogElement>(null);
  const close = () => {
    setOpen(false);
  };
  useEffect(() => {
    if (open) dialog.current?.showModal();
    else dialog.current?.close();
  }, [open]);
  return (
    <dialog ref={dialog} className="sign-in-dialog" aria-label={t.session.title} onClose={close}>
      {open && (
        <SignInForm text={t.session.text} onDone={close}>
          <button type="button" className="button" onClick={close}>
            {t.session.cancel}
          </button>
        </SignInForm>
      )}
    </dialog>
  );
}
