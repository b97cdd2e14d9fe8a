import { atom } from 'jotai';

function ticking(every: number) {
  const clock = atom(Date.now());
  clock.onMount = (set) => {
    const timer = setInterval(() => {
      set(Date.now());
    }, every);
    return () => {
      clearInterval(timer);
    };
  };
  return clock;
}

/** Relative times ("3 minutes ago") follow this one. */
export const minuteAtom = ticking(30_000);
/** The bars of a run at work grow with this one; nobody mounts it otherwise. */
export const secondAtom = ticking(1_000);
