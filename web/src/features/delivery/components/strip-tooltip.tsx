import { useAtomValue } from 'jotai';

import { Ago } from '@/components/ago';
import { Mark, outcomeOf } from '@/components/mark';
import { outcomeText } from '@/components/outcome-text';
import { useFormat, useStrings, type Format, type Strings } from '@/strings';
import { shortSha } from '@/strings/quantity';
import type { Deployment } from '@/api/types';
import { pointedMarkAtom } from '../atoms/pointed-mark';

const half = 140;

/** What a mark says; the link's own name says it to a screen reader. */
export function StripTooltip() {
  const t = useStrings();
  const format = useFormat();
  const pointed = useAtomValue(pointedMarkAtom);
  if (!pointed) return null;
  const { item, x, y } = pointed;
  const left = Math.min(Math.max(x, half + 8), document.documentElement.clientWidth - half - 8);
  return (
    <div className="strip-tooltip" role="tooltip" aria-hidden="true" style={{ left, top: y - 6 }}>
      <p className="strip-tooltip-title">
        <Mark kind={item.kind} outcome={outcomeOf(item)} />
        {item.service} {item.release || shortSha(item.commit)}
      </p>
      <p>
        {t.kinds[item.kind]} · {outcomeText(t, item)} · <Ago time={item.started_at} />
      </p>
      {factsOf(item, t, format).map((fact) => (
        <p key={fact} className="muted">
          {fact}
        </p>
      ))}
    </div>
  );
}

function factsOf(item: Deployment, t: Strings, format: Format): string[] {
  const facts: string[] = [];
  if (item.failed_because) facts.push(t.drawer.failedBecause(item.failed_because));
  const restored = restoredAfter(item);
  if (restored !== null) facts.push(t.drawer.recovered(format.duration(restored)));
  if (item.rework) facts.push(t.drawer.rework);
  if (item.lead_time_seconds !== null) {
    facts.push(t.drawer.leadTime(format.duration(item.lead_time_seconds)));
  }
  return facts;
}

function restoredAfter(item: Deployment): number | null {
  if (item.recovered_at === null) return null;
  const from = Date.parse(item.finished_at ?? item.started_at);
  return Math.max((Date.parse(item.recovered_at) - from) / 1_000, 0);
}
