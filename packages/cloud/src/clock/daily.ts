// Work of every midnight UTC, while there is any.
import type { Clock } from "./clock.ts";

export const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * Runs `run` at every midnight for as long as `isNeeded`. Asks now, after each run, and whenever `ask` is called:
 * to be done when something that needs it came into being.
 */
export const everyMidnight = (
  clock: Pick<Clock, "now" | "at">,
  label: string,
  { isNeeded, run }: { readonly isNeeded: () => boolean; readonly run: () => void },
): { readonly ask: () => void } => {
  let waiting = false;
  const ask = (): void => {
    if (waiting || !isNeeded()) return;
    waiting = true;
    clock.at((Math.floor(clock.now() / DAY_MS) + 1) * DAY_MS, label, () => {
      waiting = false;
      try {
        run();
      } finally {
        ask();
      }
    });
  };
  ask();
  return { ask };
};
