import { atom } from 'jotai';

import { choiceAtom } from './location';

/** Whose deployments, and of which time: the choices of the top bar. */
export const periods = ['7', '30', '90'] as const;
export const everyEnvironment = '*';

export const environmentAtom = choiceAtom<string>('environment', 'production');
export const serviceAtom = choiceAtom<string>('service', '');
export const periodAtom = choiceAtom<(typeof periods)[number]>('period', '90', periods);
export const compareAtom = choiceAtom<'previous' | 'none'>('compare', 'previous', [
  'previous',
  'none',
]);

export interface Scope {
  environment: string;
  service: string;
  days: number;
}

export const scopeAtom = atom<Scope>((get) => ({
  environment: get(environmentAtom),
  service: get(serviceAtom),
  days: Number(get(periodAtom)),
}));

/** The parameters of a question about a scope; the window ends now, that is, when it is asked. */
export function scopeParameters(scope: Scope, now: Date = new Date()) {
  const from = new Date(now.getTime() - scope.days * 86_400_000);
  return {
    service: scope.service,
    environment: scope.environment,
    from: from.toISOString(),
    to: now.toISOString(),
  };
}
