// Runs of many schedules on the clock: a timer for the next run of each.
import type { Clock, Timer } from "../clock/clock.ts";

export interface RunRules {
  /** In reports of what fired. */
  readonly label: (key: string) => string;
  /** The first run after an instant; undefined when there is none. */
  readonly next: (key: string, after: number) => number | undefined;
  readonly run: (key: string, time: number, isLast: boolean) => void;
}

/** Answers what sets the timer of one schedule, or sets it anew. */
export const createRuns = (clock: Clock, { label, next, run }: RunRules): ((key: string, after: number) => void) => {
  const timers = new Map<string, Timer>();
  const arm = (key: string, after: number): void => {
    timers.get(key)?.cancel();
    timers.delete(key);
    const time = next(key, after);
    if (time === undefined) return;
    const fire = (): void => {
      arm(key, Math.max(time, clock.now())); // a real clock may have slept through some runs
      run(key, time, !timers.has(key));
    };
    timers.set(key, clock.at(time, label(key), fire));
  };
  return arm;
};
