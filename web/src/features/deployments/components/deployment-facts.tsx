import type { DeploymentDetail } from '@/api/types';
import { ExternalLink } from '@/components/external-link';
import { Link } from '@/components/link';
import { useFormat, useStrings, type Format, type Strings } from '@/strings';

interface Props {
  item: DeploymentDetail;
  hrefOf: (key: string) => string;
}

/** What became of the deployment, in sentences. */
export function DeploymentFacts({ item, hrefOf }: Props) {
  const t = useStrings();
  const format = useFormat();
  return (
    <div className="facts">
      <p title={format.exact(item.started_at)}>{format.exact(item.started_at)}</p>
      {sentences(item, t, format).map((sentence) => (
        <p key={sentence}>{sentence}</p>
      ))}
      {item.repaired_by !== null && (
        <p>
          <Link className="link" to={hrefOf(item.repaired_by)}>
            {t.drawer.repairedBy}
          </Link>
        </p>
      )}
      {item.url && (
        <p>
          <ExternalLink href={item.url}>
            {t.drawer.external(t.sources[item.source] ?? item.source)}
          </ExternalLink>
        </p>
      )}
    </div>
  );
}

function sentences(item: DeploymentDetail, t: Strings, format: Format): string[] {
  const said: string[] = [];
  if (item.result === 'running') said.push(t.drawer.still);
  if (item.duration_seconds !== null)
    said.push(t.drawer.took(format.duration(item.duration_seconds)));
  if (item.failed_because) said.push(t.drawer.failedBecause(item.failed_because));
  if (item.recovered_at !== null) {
    const from = Date.parse(item.finished_at ?? item.started_at);
    const seconds = Math.max((Date.parse(item.recovered_at) - from) / 1_000, 0);
    said.push(t.drawer.recovered(format.duration(seconds)));
  } else if (item.failed) {
    said.push(t.drawer.notRecovered);
  }
  if (item.rework) said.push(t.drawer.rework);
  return said;
}
