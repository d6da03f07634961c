import type { AdminClient } from "./admin-client.ts";
import { realNow } from "./date.ts";
import { type Duration, toMs } from "./duration.ts";

export interface Fired {
  readonly time: string;
  readonly label: string;
}

export interface TestClock {
  /** The cloud's time, ms since 1970; the test's `Date` tells the same. */
  readonly now: () => number;
  /** Moves time on; due timers fire in order, each after the cloud is idle. Answers what fired. */
  readonly advance: (by: Duration) => Promise<readonly Fired[]>;
  /** Real time again, for a clock that is not frozen. */
  readonly reset: () => Promise<void>;
}

/** The clock of a cloud that stands at `frozenAt`, or runs. */
export const testClock = (admin: AdminClient, frozenAt: number | undefined): TestClock => {
  let at = frozenAt;
  let offset = 0;
  const move = (order: object): Promise<{ now: string; fired: readonly Fired[] }> => admin.ask("POST", "/clock", order);
  return {
    now: () => at ?? realNow() + offset,
    advance: async (by) => {
      const { now, fired } = await move({ advance: toMs(by) });
      if (at === undefined) offset += toMs(by);
      else at = Date.parse(now);
      return fired;
    },
    reset: async () => {
      await move({ mode: "real" });
      offset = 0;
    },
  };
};
