import { useId, type ReactNode } from 'react';

import { ApiError } from '@/api/client';
import { useStrings } from '@/strings';
import { useSignIn } from '../api/sign-in';

import './sign-in.css';

interface Props {
  text: string;
  onDone: () => void;
  children?: ReactNode;
}

export function SignInForm({ text, onDone, children }: Props) {
  const t = useStrings();
  const id = useId();
  const signIn = useSignIn(onDone);
  const submit = (form: FormData) => {
    const token = form.get('token');
    if (typeof token === 'string' && token.trim()) signIn.mutate(token.trim());
  };
  return (
    <form action={submit} className="sign-in">
      <h2>{t.session.title}</h2>
      <p className="muted">{text}</p>
      <label htmlFor={id}>{t.session.token}</label>
      <input
        id={id}
        name="token"
        type="password"
        className="field"
        autoComplete="current-password"
        required
        aria-invalid={signIn.isError}
        aria-describedby={`${id}-error`}
      />
      <p id={`${id}-error`} className="sign-in-error" role="alert">
        {signIn.error && sentence(signIn.error, t.session.wrong)}
      </p>
      <div className="sign-in-actions">
        {children}
        <button type="submit" className="button is-main" disabled={signIn.isPending}>
          {t.session.signIn}
        </button>
      </div>
    </form>
  );
}

function sentence(error: Error, wrong: string): string {
  return error instanceof ApiError && error.status === 401 ? wrong : error.message;
}
