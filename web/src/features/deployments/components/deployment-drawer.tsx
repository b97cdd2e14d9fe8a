import { useQuery } from '@tanstack/react-query';

import { Ago } from '@/components/ago';
import { Drawer } from '@/components/drawer';
import { Failed } from '@/components/failed';
import { Mark, outcomeOf } from '@/components/mark';
import { outcomeText } from '@/components/outcome-text';
import { Skeleton } from '@/components/skeleton';
import { useStrings } from '@/strings';
import { deploymentQuery } from '../api/get-deployment';
import { Chain } from './chain';
import { RawEventFold } from './raw-event-fold';

import './deployment-drawer.css';

interface Props {
  deploymentKey: string;
  /** The address of another deployment in the same view. */
  hrefOf: (key: string) => string;
  onClose: () => void;
}

/** One deployment from release to incident, and the event that told of it. */
export function DeploymentDrawer({ deploymentKey, hrefOf, onClose }: Props) {
  const t = useStrings();
  const { data: item, error, refetch } = useQuery(deploymentQuery(deploymentKey));
  const head = item ? (
    <>
      <h2 className="drawer-name">
        <Mark kind={item.kind} outcome={outcomeOf(item)} />
        {item.service} {item.release}
      </h2>
      <p className="muted">
        {t.kinds[item.kind]} · {outcomeText(t, item)} · {item.environment} ·{' '}
        <Ago time={item.started_at} />
      </p>
    </>
  ) : (
    <h2 className="drawer-name">{t.drawer.what}</h2>
  );
  return (
    <Drawer
      label={item ? t.drawer.label(item.service) : t.drawer.what}
      contentKey={deploymentKey}
      head={head}
      onClose={onClose}
    >
      {error && <Failed what={t.drawer.what} error={error} onRetry={() => void refetch()} />}
      {!error && !item && <Skeleton rows={[20, 64, 20, 96, 20, 64]} />}
      {!error && item && (
        <>
          <Chain item={item} hrefOf={hrefOf} />
          <RawEventFold event={item.event} />
        </>
      )}
    </Drawer>
  );
}
