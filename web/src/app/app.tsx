import { useQuery } from '@tanstack/react-query';

import { sessionQuery } from '@/api/session';
import { SignInDialog } from '@/features/session/components/sign-in-dialog';
import { SignInScreen } from '@/features/session/components/sign-in-screen';
import { useStrings } from '@/strings';
import { Navigation } from './navigation';
import { Routes } from './routes';
import { TopBar } from './top-bar';

import './app.css';

export function App() {
  const t = useStrings();
  const { data: closed } = useQuery({
    ...sessionQuery,
    select: ({ role, viewer_access: access }) => role === null && access === 'token',
  });
  return (
    <div className="app">
      <a className="skip button" href="#content">
        {t.nav.skip}
      </a>
      <Navigation />
      <TopBar />
      <main id="content" className="content" tabIndex={-1}>
        {closed ? <SignInScreen /> : <Routes />}
      </main>
      <SignInDialog />
    </div>
  );
}
