import { useStrings } from '@/strings';
import { SignInForm } from './sign-in-form';

const nothing = () => undefined;

/** In place of the views, where viewers must sign in too. */
export function SignInScreen() {
  const t = useStrings();
  return (
    <div className="panel sign-in-screen">
      <SignInForm text={t.session.viewerText} onDone={nothing} />
    </div>
  );
}
