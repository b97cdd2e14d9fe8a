import { useAtomValue } from 'jotai';

import { Icon } from '@/components/icon';
import { Link } from '@/components/link';
import { paths, type View } from '@/config/paths';
import { sharedSearchAtom, viewAtom, withQuery } from '@/state/location';
import { useStrings } from '@/strings';

const views: View[] = ['delivery', 'deployments', 'platform'];

export function Navigation() {
  const t = useStrings();
  const current = useAtomValue(viewAtom);
  const search = useAtomValue(sharedSearchAtom);
  return (
    <nav className="navigation" aria-label={t.nav.label}>
      <p className="brand">
        <svg width="18" height="18" viewBox="0 0 16 16" aria-hidden="true">
          <rect x="1" y="11" width="14" height="4" rx="1" />
          <rect x="1" y="6" width="10" height="4" rx="1" opacity=".7" />
          <rect x="1" y="1" width="6" height="4" rx="1" opacity=".45" />
        </svg>
        Stratum
      </p>
      <ul>
        {views.map((view) => (
          <li key={view}>
            <Link
              to={withQuery(paths[view](), search)}
              aria-current={view === current ? 'page' : undefined}
            >
              <Icon name={view} />
              {t.nav[view]}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
