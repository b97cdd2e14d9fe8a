import { useAtomValue, useSetAtom } from 'jotai';

import { ErrorBoundary } from '@/components/error-boundary';
import { Notice } from '@/components/notice';
import { detailPath, paths } from '@/config/paths';
import { DeploymentDrawer } from '@/features/deployments/components/deployment-drawer';
import { fullSearchAtom, locationAtom, routeAtom, withQuery } from '@/state/location';
import { useStrings } from '@/strings';

/** The drawer of either list; closing it leads back to the same list with the same choices. */
export function DetailRoute() {
  const t = useStrings();
  const { view, deployment } = useAtomValue(routeAtom);
  const search = useAtomValue(fullSearchAtom);
  const go = useSetAtom(locationAtom);
  if (deployment === null) return null;
  const list = view === 'deployments' ? paths.deployments() : paths.delivery();
  return (
    <ErrorBoundary
      resetKey={deployment}
      fallback={(retry) => <Notice text={t.state.broken} onRetry={retry} />}
    >
      <DeploymentDrawer
        deploymentKey={deployment}
        hrefOf={(key) => withQuery(detailPath(view, key), search)}
        onClose={() => {
          go({ to: withQuery(list, search) });
        }}
      />
    </ErrorBoundary>
  );
}
