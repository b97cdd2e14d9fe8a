import { expect, test } from 'vitest';

import { deployment } from '@/testing/fixtures/deployments';
import { seeded } from '@/testing/fixtures/random';
import { countedBy, countOf } from '../counted-by';

const plain = deployment({ service: 'a', number: 2, startedAt: 0, random: seeded(2) });

test('a running deployment is in none of the five numbers', () => {
  const running = { ...plain, result: 'running', lead_time_seconds: null } as const;
  expect(countedBy(running, false)).toEqual({ counts: '', hits: '' });
});

test('a deployment without commits is not in the lead time', () => {
  const { counts } = countedBy({ ...plain, lead_time_seconds: null }, false);
  expect(counts.split(' ')).not.toContain('change_lead_time');
});

test('a failed deployment is what the fail rate counts, others are what it divides by', () => {
  const items = [plain, { ...plain, failed: true }, { ...plain, result: 'cancelled' as const }];
  expect(countOf('change_fail_rate', items)).toEqual({ looked: 2, hits: 1 });
});

test('the recovery time looks at a failed deployment and at its repair', () => {
  const failed = { ...plain, failed: true, recovered_at: '2026-01-01T00:00:00Z', repaired_by: 'b' };
  const items = [failed, { ...plain, key: 'b' }, { ...plain, key: 'c' }];
  expect(countOf('failed_deployment_recovery_time', items).looked).toBe(2);
});
