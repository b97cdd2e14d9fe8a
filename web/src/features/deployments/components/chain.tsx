import type { DeploymentDetail } from '@/api/types';
import { ExternalLink } from '@/components/external-link';
import { useStrings } from '@/strings';
import { shortSha } from '@/strings/quantity';
import { ChainStep } from './chain-step';
import { CommitList } from './commit-list';
import { DeploymentFacts } from './deployment-facts';
import { ChangeItem, IncidentItem } from './linked-items';

interface Props {
  item: DeploymentDetail;
  hrefOf: (key: string) => string;
}

/** Release, commits, changes, deployment, incidents: each with its links, in this order. */
export function Chain({ item, hrefOf }: Props) {
  const t = useStrings();
  const { steps } = t.drawer;
  return (
    <ol className="chain" aria-label={t.drawer.chain}>
      <ChainStep title={steps.release}>
        {item.release || item.commit ? (
          <p>
            {item.release}{' '}
            <span className="mono" title={item.commit}>
              {shortSha(item.commit)}
            </span>
            {item.ref && <span className="muted"> {item.ref}</span>}
            {isWeb(item.repository) && (
              <>
                <br />
                <ExternalLink href={item.repository} />
              </>
            )}
          </p>
        ) : (
          <p className="muted">{t.drawer.noRelease}</p>
        )}
      </ChainStep>
      <ChainStep title={steps.commits} count={item.commit_list.length}>
        <CommitList commits={item.commit_list} baseline={item.baseline} />
      </ChainStep>
      <ChainStep title={steps.changes} count={item.changes.length}>
        {item.changes.length === 0 && <p className="muted">{t.drawer.noChanges}</p>}
        <ul className="linked">
          {item.changes.map((change) => (
            <ChangeItem key={change.number} change={change} />
          ))}
        </ul>
      </ChainStep>
      <ChainStep title={steps.deployment} current>
        <DeploymentFacts item={item} hrefOf={hrefOf} />
      </ChainStep>
      <ChainStep title={steps.incidents} count={item.incidents.length}>
        {item.incidents.length === 0 && <p className="muted">{t.drawer.noIncidents}</p>}
        <ul className="linked">
          {item.incidents.map((incident) => (
            <IncidentItem key={incident.id} incident={incident} />
          ))}
        </ul>
      </ChainStep>
    </ol>
  );
}

const isWeb = (address: string) => /^https?:\/\//.test(address);
