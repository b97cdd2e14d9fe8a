import { act, screen, waitFor, within } from '@testing-library/react';
import { expect, test } from 'vitest';

import { paths } from '@/config/paths';
import { FakeEventSource, fakeConsole, refusal } from '@/testing/fake-network';
import { renderPage } from '@/testing/render-page';

const rows = async () => {
  const table = await screen.findByRole('table');
  return within(table).getAllByRole('row').slice(1);
};

const failedKey = fakeConsole().world.deployments.find((item) => item.failed)!.key;

test('the table shows a page, and more on demand', async () => {
  const { console: side, user } = renderPage('/deployments');
  const total = side.world.deployments.length;
  expect(await rows()).toHaveLength(50);
  expect(screen.getByText(`50 of ${total} deployments`)).toBeVisible();
  await user.click(screen.getByRole('button', { name: 'Load more' }));
  await waitFor(async () => {
    expect(await rows()).toHaveLength(Math.min(total, 100));
  });
});

test('filters are in the URL and in the question to the console', async () => {
  const { console: side, user } = renderPage('/deployments');
  await user.selectOptions(await screen.findByRole('combobox', { name: 'Kind' }), 'Rollback');
  expect(location.search).toBe('?kind=rollback');
  const rollbacks = side.world.deployments.filter((item) => item.kind === 'rollback');
  await waitFor(async () => {
    expect(await rows()).toHaveLength(rollbacks.length);
  });
});

test('a shared address shows the same rows', async () => {
  const { console: side } = renderPage('/deployments?service=payments');
  const own = side.world.deployments.filter((item) => item.service === 'payments');
  expect(await rows()).toHaveLength(own.length);
});

test('filters that fit nothing say so and can be cleared', async () => {
  const { user } = renderPage('/deployments?q=nothing');
  expect(
    await screen.findByText('No deployment of the last 90 days fits these filters.'),
  ).toBeVisible();
  await user.click(screen.getByRole('button', { name: 'Clear filters' }));
  expect(location.search).toBe('');
  expect(await rows()).toHaveLength(50);
});

test('a deployment that is received becomes the first row, if the filters allow it', async () => {
  const { console: side } = renderPage('/deployments?service=payments');
  await rows();
  const [first] = side.world.deployments;
  act(() => {
    FakeEventSource.send('deployment', {
      ...first,
      key: 'k/1',
      service: 'payments',
      actor: 'lena',
    });
    FakeEventSource.send('deployment', { ...first, key: 'k/2', service: 'search', actor: 'otto' });
  });
  const [top] = await rows();
  expect(top).toHaveTextContent('lena');
  expect(screen.queryByText('otto')).not.toBeInTheDocument();
});

test('an address with a key opens the drawer with the whole chain', async () => {
  renderPage(paths.deploymentsDetail(failedKey));
  const drawer = await screen.findByRole('dialog', { name: /^Deployment of/ });
  const chain = await within(drawer).findByRole('list', { name: 'How it came here' });
  const titles = within(chain)
    .getAllByRole('heading')
    .map((heading) => heading.textContent.replace(/[\d ]+$/, ''));
  expect(titles).toEqual(['Release', 'Commits', 'Changes', 'Deployment', 'Incidents']);
});

test('the raw event is folded, and pretty when it is opened', async () => {
  const { user } = renderPage(paths.deploymentsDetail(failedKey));
  const fold = await screen.findByText('Raw event');
  const body = screen.getByLabelText('Body');
  expect(body).not.toBeVisible();
  await user.click(fold);
  expect(body).toBeVisible();
  expect(body.textContent).toMatch(/^\{\n {2}"app": /);
});

test('a key that nobody knows is said in the drawer, and the list stays', async () => {
  renderPage(paths.deploymentsDetail('no/such/key'));
  expect(await screen.findByText('No deployment has the key no/such/key.')).toBeVisible();
  expect(await rows()).toHaveLength(50);
});

test('a list that cannot be loaded can be tried again', async () => {
  const { console: side, user } = renderPage('/deployments', (fake) => {
    fake.replace('/api/deployments', refusal(500, 'The warehouse gave no answer.'));
  });
  const alert = await screen.findByRole('alert');
  side.restore('/api/deployments');
  await user.click(within(alert).getByRole('button', { name: 'Try again' }));
  expect(await rows()).toHaveLength(50);
});
