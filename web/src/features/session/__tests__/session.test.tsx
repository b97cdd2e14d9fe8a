import { screen, waitFor } from '@testing-library/react';
import { expect, test } from 'vitest';

import type { FakeConsole } from '@/testing/fake-network';
import { refusal } from '@/testing/fake-network';
import { renderPage } from '@/testing/render-page';

function acceptsToken(token: string) {
  return (side: FakeConsole) => {
    side.replace('/api/session', (init) => {
      if (init.method === 'POST') {
        if (init.body !== JSON.stringify({ token })) return refusal(401, 'Wrong token.');
        side.world.session.role = 'operator';
      }
      if (init.method === 'DELETE') side.world.session.role = 'viewer';
      return { status: 200, body: { ...side.world.session } };
    });
  };
}

test('the operator signs in with the token and out again', async () => {
  const { user } = renderPage('/', acceptsToken('secret'));
  await user.click(await screen.findByRole('button', { name: 'Sign in' }));
  await user.type(screen.getByLabelText('Operator token'), 'secret{Enter}');
  await user.click(await screen.findByRole('button', { name: 'Sign out' }));
  expect(await screen.findByRole('button', { name: 'Sign in' })).toBeVisible();
});

test('a wrong token is said in the dialog, which stays', async () => {
  const { user } = renderPage('/', acceptsToken('secret'));
  await user.click(await screen.findByRole('button', { name: 'Sign in' }));
  await user.type(screen.getByLabelText('Operator token'), 'guess{Enter}');
  expect(await screen.findByText('This token is not the one of this console.')).toBeVisible();
  expect(screen.getByLabelText('Operator token')).toBeVisible();
});

test('a console that is closed to viewers shows the sign-in and asks for nothing else', async () => {
  const { console: side } = renderPage('/', (fake) => {
    Object.assign(fake.world.session, { role: null, viewer_access: 'token' });
  });
  expect(await screen.findByText(/^This console is not open to everybody/)).toBeVisible();
  await waitFor(() => {
    expect(screen.queryByRole('article')).not.toBeInTheDocument();
  });
  expect(side.world.session.role).toBeNull();
});
