import { useQuery } from '@tanstack/react-query';
import { useSetAtom } from 'jotai';

import { sessionQuery } from '@/api/session';
import { useStrings } from '@/strings';
import { useSignOut } from '../api/sign-in';
import { signInOpenAtom } from '../atoms/dialog';

/** Who one is here, and the way to become the operator or a viewer again. */
export function SessionButton() {
  const t = useStrings();
  const open = useSetAtom(signInOpenAtom);
  const signOut = useSignOut();
  const { data: role } = useQuery({ ...sessionQuery, select: (session) => session.role });
  if (role === 'operator') {
    return (
      <button
        type="button"
        className="button"
        title={t.session.operator}
        disabled={signOut.isPending}
        onClick={() => {
          signOut.mutate();
        }}
      >
        {t.session.signOut}
      </button>
    );
  }
  return (
    <button
      type="button"
      className="button"
      onClick={() => {
        open(true);
      }}
    >
      {t.session.signIn}
    </button>
  );
}
