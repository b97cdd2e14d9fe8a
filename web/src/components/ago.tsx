import { useAtomValue } from 'jotai';

import { minuteAtom } from '@/state/clock';
import { useFormat } from '@/strings';

/** A time as a person says it, with the exact one, in the viewer's zone, on hover. */
export function Ago({ time }: { time: string }) {
  const now = useAtomValue(minuteAtom);
  const format = useFormat();
  return (
    <time dateTime={time} title={format.exact(time)}>
      {format.relative(time, now)}
    </time>
  );
}
