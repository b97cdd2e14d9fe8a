import { atom } from 'jotai';

import { match, type Route } from '@/config/paths';

/** The URL is the state: every view choice that a colleague should see is derived from here. */
export interface Place {
  pathname: string;
  search: string;
}

const here = (): Place => ({ pathname: location.pathname, search: location.search });

const placeAtom = atom<Place>(here());
placeAtom.onMount = (set) => {
  const follow = () => {
    set(here());
  };
  follow();
  addEventListener('popstate', follow);
  return () => {
    removeEventListener('popstate', follow);
  };
};

export const locationAtom = atom(
  (get) => get(placeAtom),
  (_get, set, next: { to: string; replace?: boolean }) => {
    const target = new URL(next.to, location.href);
    if (next.replace) history.replaceState(null, '', target);
    else history.pushState(null, '', target);
    set(placeAtom, here());
  },
);

const pathnameAtom = atom((get) => get(placeAtom).pathname);
export const routeAtom = atom<Route>((get) => match(get(pathnameAtom)));
export const viewAtom = atom((get) => get(routeAtom).view);
export const openDeploymentAtom = atom((get) => get(routeAtom).deployment);

const searchAtom = atom((get) => get(placeAtom).search);

/** One choice in the query string; a value outside the allowed ones counts as the default. */
export function choiceAtom<Value extends string>(
  name: string,
  initial: Value,
  allowed?: readonly Value[],
) {
  return atom(
    (get): Value => {
      const value = new URLSearchParams(get(searchAtom)).get(name) as Value | null;
      return value !== null && (allowed === undefined || allowed.includes(value)) ? value : initial;
    },
    (get, set, value: Value) => {
      const { pathname, search } = get(placeAtom);
      const query = new URLSearchParams(search);
      if (value === initial) query.delete(name);
      else query.set(name, value);
      set(locationAtom, { to: withQuery(pathname, query), replace: true });
    },
  );
}

/** The choices that stay when the view changes: whose deployments, and when. */
const shared = ['environment', 'period', 'service', 'compare'];

export const sharedSearchAtom = atom((get) => {
  const query = new URLSearchParams(get(searchAtom));
  for (const name of [...query.keys()]) if (!shared.includes(name)) query.delete(name);
  return query.toString();
});

export const fullSearchAtom = atom((get) => get(searchAtom).replace(/^\?/, ''));

export function withQuery(pathname: string, query: URLSearchParams | string): string {
  const text = query.toString();
  return text ? `${pathname}?${text}` : pathname;
}
