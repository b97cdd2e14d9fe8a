import { act, screen, waitFor, within } from '@testing-library/react';
import { expect, test } from 'vitest';

import { FakeEventSource, refusal } from '@/testing/fake-network';
import { renderPage } from '@/testing/render-page';

const cards = () => screen.findAllByRole('article');

test('five cards say their values with units, levels and what they count', async () => {
  const { console: side } = renderPage('/');
  const [frequency, ...others] = await cards();
  const n = side.world.deployments.filter((item) => item.result === 'success').length;
  expect(others).toHaveLength(4);
  expect(frequency).toHaveTextContent(
    `Deployment frequency${Math.round(n / 9) / 10}a dayLevel: High↑ 22 % better${n} deployments`,
  );
});

test('a metric without data says why, not zero', async () => {
  renderPage('/?service=nothing');
  const [, , , recovery] = await cards();
  expect(recovery).toHaveTextContent('No deployments were received in this window.');
});

test('metrics that cannot be loaded say so in their place and can be tried again', async () => {
  const { console: side, user } = renderPage('/', (fake) => {
    fake.replace(
      '/api/metrics/dora',
      refusal(500, 'The warehouse gave no answer.', 'See its log.'),
    );
  });
  const alert = await screen.findByRole('alert');
  expect(alert).toHaveTextContent(
    'The metrics could not be loaded.The warehouse gave no answer. See its log.',
  );
  side.restore('/api/metrics/dora');
  await user.click(within(alert).getByRole('button', { name: 'Try again' }));
  expect(await cards()).toHaveLength(5);
});

test('the period is in the URL and in the question to the console', async () => {
  const { console: side, user } = renderPage('/');
  await user.click(await screen.findByRole('button', { name: '30 d' }));
  expect(location.search).toBe('?period=30');
  await waitFor(() => {
    const asked = side.requests.findLast((url) => url.pathname === '/api/metrics/dora');
    expect(asked?.searchParams.get('from')).toMatch(/^2026-10-22T12:00/);
  });
});

test('a selected number is in the URL and the strip says what it looks at', async () => {
  const { console: side, user } = renderPage('/');
  await user.click(await screen.findByRole('button', { name: 'Change fail rate' }));
  expect(location.search).toBe('?metric=change_fail_rate');
  const { deployments } = side.world;
  const failed = deployments.filter((item) => item.failed).length;
  const sentence = `Change fail rate looks at all of these ${deployments.length} deployments. The ${failed} that it counts stand out.`;
  expect(screen.getByText(sentence)).toBeVisible();
});

test('the strip has a row for each service and a mark for each deployment', async () => {
  const { console: side } = renderPage('/');
  const row = await screen.findByRole('group', { name: 'checkout' });
  const own = side.world.deployments.filter((item) => item.service === 'checkout');
  expect(within(row).getAllByRole('link')).toHaveLength(own.length);
});

test('arrow keys move among the marks, one opens the drawer, Escape closes it', async () => {
  const { user } = renderPage('/');
  const row = await screen.findByRole('group', { name: 'catalog' });
  const last = within(row).getAllByRole('link').at(-1)!;
  last.focus();
  await user.keyboard('{ArrowLeft}');
  expect(within(row).getAllByRole('link').at(-2)).toHaveFocus();
  await user.click(document.activeElement!);
  expect(await screen.findByRole('dialog', { name: 'Deployment of catalog' })).toHaveFocus();
  expect(location.pathname).toMatch(/^\/delivery\/argocd~catalog~production~/);
  await user.keyboard('{Escape}');
  expect(screen.queryByRole('dialog', { name: /Deployment/ })).not.toBeInTheDocument();
  expect(location.pathname).toBe('/');
});

test('the marks are one stop of the Tab key', async () => {
  renderPage('/');
  const strip = await screen.findByRole('group', { name: /^Deployments of each service/ });
  const stops = within(strip)
    .getAllByRole('link')
    .filter((mark) => mark.getAttribute('tabindex') === '0');
  expect(stops).toHaveLength(1);
});

test('a deployment that is received appears in its row', async () => {
  const { console: side } = renderPage('/');
  const row = await screen.findByRole('group', { name: 'payments' });
  const before = within(row).getAllByRole('link').length;
  const [first] = side.world.deployments;
  act(() => {
    FakeEventSource.send('deployment', {
      ...first,
      key: 'argocd/payments/new',
      service: 'payments',
    });
  });
  await waitFor(() => {
    expect(within(row).getAllByRole('link')).toHaveLength(before + 1);
  });
});

test('an empty strip says what would give it data', async () => {
  renderPage('/?service=nothing&period=7');
  expect(await screen.findByText('Nothing was deployed here in the last 7 days.')).toBeVisible();
});
