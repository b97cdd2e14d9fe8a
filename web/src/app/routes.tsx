import { useAtomValue } from 'jotai';

import { Empty } from '@/components/empty';
import { ErrorBoundary } from '@/components/error-boundary';
import { Link } from '@/components/link';
import { Notice } from '@/components/notice';
import { paths } from '@/config/paths';
import { DeliveryView } from '@/features/delivery/components/delivery-view';
import { DeploymentsView } from '@/features/deployments/components/deployments-view';
import { PlatformView } from '@/features/platform/components/platform-view';
import { viewAtom } from '@/state/location';
import { useStrings } from '@/strings';
import { DetailRoute } from './detail-route';

/** The view of the address, and beside it the drawer if the address names a deployment. */
export function Routes() {
  const t = useStrings();
  const view = useAtomValue(viewAtom);
  if (view === 'unknown') {
    return (
      <div className="panel">
        <Empty why={t.missing.title} how="">
          <Link className="button" to={paths.delivery()}>
            {t.missing.home}
          </Link>
        </Empty>
      </div>
    );
  }
  return (
    <>
      <h1 className="visually-hidden">{t.nav[view]}</h1>
      <ErrorBoundary
        resetKey={view}
        fallback={(retry) => <Notice text={t.state.broken} onRetry={retry} />}
      >
        {view === 'delivery' && <DeliveryView />}
        {view === 'deployments' && <DeploymentsView />}
        {view === 'platform' && <PlatformView />}
      </ErrorBoundary>
      <DetailRoute />
    </>
  );
}
