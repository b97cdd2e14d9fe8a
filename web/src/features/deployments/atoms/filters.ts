import { atom } from 'jotai';

import type { DeploymentKind, DeploymentResult } from '@/api/types';
import { choiceAtom } from '@/state/location';
import { scopeAtom, type Scope } from '@/state/scope';

export const results: readonly DeploymentResult[] = ['success', 'failure', 'cancelled', 'running'];
export const kinds: readonly DeploymentKind[] = ['planned', 'hotfix', 'rollback'];

export const resultAtom = choiceAtom<DeploymentResult | ''>('result', '', results);
export const kindAtom = choiceAtom<DeploymentKind | ''>('kind', '', kinds);
export const textAtom = choiceAtom<string>('q', '');

export interface Filters extends Scope {
  result: DeploymentResult | '';
  kind: DeploymentKind | '';
  q: string;
}

export const filtersAtom = atom<Filters>((get) => ({
  ...get(scopeAtom),
  result: get(resultAtom),
  kind: get(kindAtom),
  q: get(textAtom),
}));
