import { act, screen, waitFor } from '@testing-library/react';
import { expect, test } from 'vitest';

import { FakeEventSource } from '@/testing/fake-network';
import { renderPage } from '@/testing/render-page';

test('a slash leads to the search, which narrows the page to a service', async () => {
  const { user } = renderPage('/');
  await screen.findAllByRole('article');
  await user.keyboard('/');
  await user.keyboard('check');
  await user.click(await screen.findByRole('option', { name: 'Show only checkout' }));
  expect(location.search).toBe('?service=checkout');
  await user.click(screen.getByRole('button', { name: /^Show all services/ }));
  expect(location.search).toBe('');
});

test('other words are searched among the deployments', async () => {
  const { user } = renderPage('/?period=30');
  await user.type(await screen.findByRole('combobox', { name: /^Search/ }), 'v2.3{Enter}');
  expect(location.pathname + location.search).toBe('/deployments?period=30&q=v2.3');
});

test.each(['/', '/deployments', '/platform'])('sample data are labelled at %s', async (path) => {
  renderPage(path);
  expect(await screen.findByText('Sample data')).toBeVisible();
});

test('real data carry no such label', async () => {
  renderPage('/', (side) => {
    side.world.session.sample_data = false;
  });
  await screen.findAllByRole('article');
  expect(screen.queryByText('Sample data')).not.toBeInTheDocument();
});

test('the choices stay when the view changes', async () => {
  const { user } = renderPage('/?period=7&metric=change_fail_rate');
  await user.click(await screen.findByRole('link', { name: 'Deployments' }));
  expect(location.pathname + location.search).toBe('/deployments?period=7');
});

test('the back button leads to the view before', async () => {
  const { user } = renderPage('/');
  await user.click(await screen.findByRole('link', { name: 'Platform' }));
  history.back();
  await waitFor(() => {
    expect(screen.getByRole('heading', { level: 1 })).toHaveTextContent('Delivery');
  });
});

test('the theme button goes from the system to light to dark', async () => {
  const { user } = renderPage('/');
  await user.click(await screen.findByRole('button', { name: 'Theme: as the system' }));
  await user.click(screen.getByRole('button', { name: 'Theme: light' }));
  expect(document.documentElement).toHaveAttribute('data-theme', 'dark');
});

test('the page speaks Chinese when asked to', async () => {
  const { user } = renderPage('/');
  await user.click(await screen.findByRole('button', { name: 'Language: 中文' }));
  expect(await screen.findByRole('button', { name: '变更失败率' })).toBeVisible();
  expect(document.documentElement).toHaveAttribute('lang', 'zh-CN');
});

test('interrupted live updates are said', async () => {
  renderPage('/');
  act(() => {
    FakeEventSource.lose();
  });
  expect(await screen.findByText('Live updates are interrupted; trying again')).toBeInTheDocument();
});

test('an unknown address leads home', async () => {
  const { user } = renderPage('/nowhere');
  await user.click(await screen.findByRole('link', { name: 'Go to Delivery' }));
  expect(location.pathname).toBe('/');
});
