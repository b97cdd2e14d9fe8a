import { expect, test } from 'vitest';

import { decodeKey, deploymentApiPath, encodeKey, match, paths } from '../paths';

const keys = [
  'argocd/checkout/production/4f2.1',
  'github/a~b/$2e/100%',
  'gitlab/支付/生产/№ 7',
  'a//b/',
  'x?y#z&+ "',
];

test.each(keys)('the key %s survives its address', (key) => {
  expect(decodeKey(encodeKey(key))).toBe(key);
});

test.each(keys)('the address of %s is one path segment without a dot', (key) => {
  expect(encodeKey(key)).toMatch(/^[\w~$-]+$/);
});

test('an address with a key opens the drawer beside its list', () => {
  expect(match(paths.deploymentsDetail('a/b.c'))).toEqual({
    view: 'deployments',
    deployment: 'a/b.c',
  });
});

test('an address nobody made is unknown', () => {
  expect(match('/platform/x/y').view).toBe('unknown');
});

test('the console is asked for a key with its slashes as they are', () => {
  expect(deploymentApiPath('argocd/a b/p?/1')).toBe('/api/deployments/argocd/a%20b/p%3F/1');
});
