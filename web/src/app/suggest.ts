import type { Service } from '@/api/types';
import { paths, type View } from '@/config/paths';
import { withQuery } from '@/state/location';
import type { Strings } from '@/strings';

export interface Suggestion {
  text: string;
  to: string;
}

interface Surroundings {
  view: View | 'unknown';
  shared: string;
  t: Strings['top'];
}

/** Services whose name contains the text, then a search of the deployments for it. */
export function suggest(text: string, services: Service[], around: Surroundings): Suggestion[] {
  const wanted = text.trim();
  if (!wanted) return [];
  const { view, shared, t } = around;
  const path = view === 'deployments' ? paths.deployments() : paths.delivery();
  const found = services
    .filter(({ name }) => name.toLowerCase().includes(wanted.toLowerCase()))
    .slice(0, 6)
    .map(({ name }) => ({
      text: t.onlyService(name),
      to: withQuery(path, changed(shared, 'service', name)),
    }));
  const search = {
    text: t.searchDeployments(wanted),
    to: withQuery(paths.deployments(), changed(shared, 'q', wanted)),
  };
  return [...found, search];
}

function changed(search: string, name: string, value: string): URLSearchParams {
  const query = new URLSearchParams(search);
  query.set(name, value);
  return query;
}
