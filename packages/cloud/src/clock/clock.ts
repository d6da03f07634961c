// The only source of time and of timers in this package.
import { createTimers, type Entry } from "./timers.ts";

export interface Timer {
  readonly cancel: () => void;
}

export interface Clock {
  /** `shifted` is real time plus what was advanced. */
  readonly mode: () => "real" | "shifted" | "frozen";
  /** Milliseconds since 1970: real time plus whatever was advanced, or the frozen instant. */
  readonly now: () => number;
  /** Runs `fn` once when the clock reaches `time`; its failure is reported to `onError`. `label` names it in reports. */
  readonly at: (time: number, label: string, fn: () => unknown) => Timer;
  /** Moves time on. Due timers fire in order, each after the cloud has become idle. Answers what fired. */
  readonly advance: (ms: number) => Promise<readonly Fired[]>;
  /** A shifted clock is real again; timers wait until real time reaches them. A frozen one stays. */
  readonly reset: () => void;
  /** Stops all timers. */
  readonly close: () => void;
}

export interface Fired {
  readonly time: string;
  readonly label: string;
}

export interface ClockOptions {
  /** A frozen clock starts here and moves only by `advance`; without it the clock runs with real time. */
  readonly frozenAt?: number;
  /** How far a running clock was advanced in an earlier life, in ms, and where to note it. */
  readonly offset?: { readonly read: () => number; readonly write: (ms: number) => void };
  /** Resolves when nothing is under way; `advance` waits for it before and after each timer. */
  readonly idle: () => Promise<void>;
  readonly onError: (error: unknown, label: string) => void;
}

/** Dates have four-digit years everywhere: in signatures, logs and events. */
const LAST_INSTANT = Date.UTC(9999, 11, 31);

/** Longest delay setTimeout takes (2^31 - 1 ms); later timers are looked at again then. */
const LONGEST_DELAY_MS = 2_147_483_647;

/** Makes a clock: real with an offset that `advance` raises, or frozen. */
export const createClock = ({ frozenAt, offset: kept, idle, onError }: ClockOptions): Clock => {
  const pending = createTimers();
  let frozen = frozenAt;
  let offset = kept?.read() ?? 0;
  let alarm: NodeJS.Timeout | undefined;
  let closed = false;

  const now = (): number => frozen ?? Date.now() + offset;
  const fire = async (entry: Entry): Promise<void> => {
    pending.remove(entry);
    try {
      await entry.fn();
    } catch (error) {
      onError(error, entry.label);
    }
  };
  const arm = (): void => {
    if (frozen !== undefined) return;
    clearTimeout(alarm);
    const first = pending.first();
    if (first === undefined) return;
    alarm = setTimeout(
      () => {
        const until = now();
        const due: Entry[] = [];
        for (let next = pending.first(); next !== undefined && next.time <= until; next = pending.first()) {
          pending.remove(next);
          due.push(next);
        }
        for (const entry of due) void fire(entry);
        arm();
      },
      Math.min(Math.max(first.time - now(), 0), LONGEST_DELAY_MS),
    );
    alarm.unref();
  };

  /** Noted before anything sees the new time: what is stored from then on must not lie ahead of a restarted clock. */
  const moveTo = (time: number): void => {
    if (frozen !== undefined) {
      frozen = Math.max(frozen, time);
      return;
    }
    offset += Math.max(0, time - now());
    kept?.write(offset);
  };

  return {
    mode: () => (frozen !== undefined ? "frozen" : offset === 0 ? "real" : "shifted"),
    now,
    at: (time, label, fn) => {
      const entry: Entry = { time, label, fn };
      if (!closed) pending.add(entry); // what still runs when the cloud closes may ask for more
      arm();
      return {
        cancel: () => {
          pending.remove(entry);
        },
      };
    },
    advance: async (ms) => {
      const target = now() + ms;
      if (!(ms >= 0 && target <= LAST_INSTANT)) throw new RangeError(`the clock cannot be advanced by ${ms} ms`);
      const fired: Fired[] = [];
      try {
        await idle();
        for (let next = pending.first(); next !== undefined && next.time <= target; next = pending.first()) {
          moveTo(next.time);
          fired.push({ time: new Date(next.time).toISOString(), label: next.label });
          await fire(next);
          await idle();
        }
        moveTo(target);
        return fired;
      } finally {
        arm(); // also when something stays busy: time goes on
      }
    },
    reset: () => {
      offset = 0;
      kept?.write(0);
      arm();
    },
    close: () => {
      closed = true;
      clearTimeout(alarm);
      pending.clear();
    },
  };
};
