import { useState } from 'react';

import type { Commit } from '@/api/types';
import { Ago } from '@/components/ago';
import { ExternalLink } from '@/components/external-link';
import { useFormat, useStrings } from '@/strings';
import { shortSha } from '@/strings/quantity';

const first = 5;

interface Props {
  commits: Commit[];
  baseline: boolean;
}

export function CommitList({ commits, baseline }: Props) {
  const t = useStrings();
  const format = useFormat();
  const [all, setAll] = useState(false);
  if (commits.length === 0) {
    return <p className="muted">{baseline ? t.drawer.baseline : t.drawer.noCommits}</p>;
  }
  const shown = all ? commits : commits.slice(0, first);
  return (
    <>
      <ul className="linked">
        {shown.map((commit) => (
          <li key={commit.sha}>
            <p className="linked-title">{commit.message.split('\n')[0]}</p>
            <p className="muted small">
              <ExternalLink href={commit.url}>
                <span className="mono">{shortSha(commit.sha)}</span>
              </ExternalLink>{' '}
              {t.drawer.committed(commit.author)} · <Ago time={commit.authored_at} />
              {commit.lead_time_seconds !== null &&
                ` · ${t.drawer.leadTime(format.duration(commit.lead_time_seconds))}`}
            </p>
          </li>
        ))}
      </ul>
      {shown.length < commits.length && (
        <button
          type="button"
          className="button is-plain"
          onClick={() => {
            setAll(true);
          }}
        >
          {t.drawer.more(commits.length - shown.length)}
        </button>
      )}
    </>
  );
}
