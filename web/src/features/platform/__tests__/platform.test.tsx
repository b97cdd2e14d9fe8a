import { act, screen, waitFor, within } from '@testing-library/react';
import { expect, test } from 'vitest';

import { FakeEventSource, now, refusal } from '@/testing/fake-network';
import { makePlatform } from '@/testing/fixtures/platform';
import { renderPage } from '@/testing/render-page';

const layers = async () => {
  const list = await screen.findByRole('list', { name: /^Tiers of the product/ });
  return within(list).getAllByRole('listitem', { name: /^Tier/ });
};

test('tiers are layers, the first one first, with their components and states', async () => {
  renderPage('/platform');
  const [storage] = await layers();
  const blocks = within(storage!).getAllByRole('button');
  expect(blocks.map((block) => block.textContent)).toEqual([
    'object_storeRunning1.0.05f1c2a9revision 3local',
    'warehouseRunning1.0.05f1c2a9revision 3local',
  ]);
});

test('a chosen component shows why it needs what it stands on, and is in the URL', async () => {
  const { user } = renderPage('/platform');
  await user.click(await screen.findByRole('button', { name: /^collector/ }));
  expect(
    screen.getByText('uses object_store.url in collector.vars.collector_s3_endpoint'),
  ).toBeVisible();
  expect(location.search).toBe('?instance=collector%40local');
});

test('a component shows its edges when the focus reaches it', async () => {
  const { user } = renderPage('/platform');
  const block = await screen.findByRole('button', { name: /^warehouse/ });
  block.focus();
  await user.keyboard('{Shift>}{Tab}{/Shift}');
  expect(screen.getByRole('heading', { name: 'object_store@local' })).toBeVisible();
});

test('the last run says its critical path and what the barriers cost', async () => {
  renderPage('/platform');
  expect(
    await screen.findByText(
      'The critical path took 16 seconds: object_store@local → etl@local → console@local.',
    ),
  ).toBeVisible();
  expect(screen.getByText(/^The tier barriers cost 2\.4 seconds/)).toBeVisible();
});

test('the page follows a platform that changes', async () => {
  const { console: side } = renderPage('/platform');
  await layers();
  const changed = makePlatform(now);
  changed.instances[0]!.state = 'failed';
  changed.instances[0]!.state_text = 'object_store failed: the disk is full.';
  side.replace('/api/platform', { status: 200, body: changed });
  act(() => {
    FakeEventSource.send('platform', {});
  });
  await waitFor(() => {
    expect(screen.getByRole('button', { name: /^object_store/ })).toHaveTextContent('Failed');
  });
  expect(screen.getByText(/4 of 5 components are running/)).toBeVisible();
});

test('an environment without a product says how to get one', async () => {
  const nothing = { ...makePlatform(now), tiers: [], instances: [], run: null };
  renderPage('/platform', (side) => {
    side.replace('/api/platform', { status: 200, body: nothing });
  });
  expect(await screen.findByText('No product is recorded for this environment.')).toBeVisible();
  expect(screen.getByText('No run was recorded for this environment.')).toBeVisible();
});

test('a platform that cannot be read says so in both of its parts', async () => {
  renderPage('/platform', (side) => {
    side.replace('/api/platform', refusal(500, 'The state directory cannot be read.'));
  });
  expect(await screen.findAllByText('The state directory cannot be read.')).toHaveLength(2);
});
