import type { Change, Incident } from '@/api/types';
import { Ago } from '@/components/ago';
import { ExternalLink } from '@/components/external-link';
import { useFormat, useStrings } from '@/strings';

export function ChangeItem({ change }: { change: Change }) {
  const t = useStrings();
  return (
    <li>
      <p className="linked-title">
        <ExternalLink href={change.url}>
          #{change.number} {change.title}
        </ExternalLink>
      </p>
      <p className="muted small">
        {t.drawer.committed(change.author)} · <Ago time={change.merged_at ?? change.created_at} />
      </p>
    </li>
  );
}

export function IncidentItem({ incident }: { incident: Incident }) {
  const t = useStrings();
  const format = useFormat();
  const { opened_at: opened, resolved_at: resolved } = incident;
  const end =
    resolved === null
      ? t.drawer.incidentOpen
      : t.drawer.incidentClosed(
          format.duration((Date.parse(resolved) - Date.parse(opened)) / 1_000),
        );
  return (
    <li>
      <p className="linked-title">
        <ExternalLink href={incident.url}>
          {incident.id.includes('#') ? incident.id : `#${incident.id}`} {incident.title}
        </ExternalLink>
      </p>
      <p className="muted small">
        <Ago time={opened} /> · {end} · {t.drawer[incident.link_method]}
      </p>
    </li>
  );
}
