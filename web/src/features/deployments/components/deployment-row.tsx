import { useAtomValue } from 'jotai';
import { memo, useMemo } from 'react';

import type { Deployment } from '@/api/types';
import { Ago } from '@/components/ago';
import { Link } from '@/components/link';
import { Mark, outcomeOf } from '@/components/mark';
import { outcomeText } from '@/components/outcome-text';
import { paths } from '@/config/paths';
import { fullSearchAtom, withQuery } from '@/state/location';
import { useFormat, useStrings } from '@/strings';
import { shortSha } from '@/strings/quantity';
import { hasArrivedAtom, isOpenAtom } from '../atoms/row';

/** One deployment; the service's name is the link, and its target is the whole row. */
export const DeploymentRow = memo(function DeploymentRow({ item }: { item: Deployment }) {
  const t = useStrings();
  const format = useFormat();
  const search = useAtomValue(fullSearchAtom);
  const isOpen = useAtomValue(useMemo(() => isOpenAtom(item.key), [item.key]));
  const isNew = useAtomValue(useMemo(() => hasArrivedAtom(item.key), [item.key]));
  const unknown = <span className="muted">–</span>;
  return (
    <tr className={isNew ? 'is-new' : undefined} aria-selected={isOpen}>
      <td className={`is-result is-${outcomeOf(item)}`} title={item.failed_because ?? undefined}>
        <span className="cell-mark">
          <Mark kind={item.kind} outcome={outcomeOf(item)} />
          {outcomeText(t, item)}
        </span>
      </td>
      <td>
        <Link
          className="row-link"
          to={withQuery(paths.deploymentsDetail(item.key), search)}
          aria-label={t.table.open(item.service, format.exact(item.started_at))}
        >
          {item.service}
        </Link>
      </td>
      <td className="muted">{item.environment}</td>
      <td>
        {item.release} <span className="mono muted">{shortSha(item.commit)}</span>
      </td>
      <td>{t.kinds[item.kind]}</td>
      <td className="is-commits">{item.commits || unknown}</td>
      <td>{item.lead_time_seconds === null ? unknown : format.duration(item.lead_time_seconds)}</td>
      <td>{item.duration_seconds === null ? unknown : format.duration(item.duration_seconds)}</td>
      <td>{item.actor || unknown}</td>
      <td className="muted">
        <Ago time={item.started_at} />
      </td>
    </tr>
  );
});
