import { LastRun } from './last-run';
import { Strata } from './strata';

/** What stands on what, and how it came up last time. */
export function PlatformView() {
  return (
    <>
      <Strata />
      <LastRun />
    </>
  );
}
