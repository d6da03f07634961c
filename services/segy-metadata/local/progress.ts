// A bar on standard error for passes that take a while: bytes, share, speed, time left.
import { duration, share, size } from "./numbers.ts";

const WIDTH = 24;
/** Short passes show nothing; a terminal needs no more than ten pictures a second. */
const QUIET_MS = 400;
const BETWEEN_MS = 100;

export interface Progress {
  readonly update: (bytes: number) => void;
  /** Takes the bar off the screen. */
  readonly end: () => void;
}

/** The bar's text at a moment. */
export const barOf = (bytes: number, all: number, seconds: number): string => {
  const part = all === 0 ? 1 : Math.min(1, bytes / all);
  const done = Math.round(part * WIDTH);
  const speed = bytes / Math.max(seconds, 0.001);
  const left = speed > 0 ? duration(Math.max(1, Math.round((all - bytes) / speed))) : "?";
  return `${"█".repeat(done)}${"░".repeat(WIDTH - done)} ${share(part)} of ${size(all)}, ${size(speed)}/s, ${left} left`;
};

interface Screen {
  readonly isTTY?: boolean | undefined;
  readonly write: (text: string) => unknown;
}

/** Draws nothing unless the stream is a terminal. `now` in milliseconds. */
export const progressOn = (screen: Screen, allBytes: number, now: () => number = () => performance.now()): Progress => {
  const started = now();
  let drawn = Number.NEGATIVE_INFINITY;
  return {
    update: (bytes) => {
      const at = now();
      if (!screen.isTTY || at - started < QUIET_MS || at - drawn < BETWEEN_MS) return;
      drawn = at;
      screen.write(`\r${barOf(bytes, allBytes, (at - started) / 1000)}\u001B[K`);
    },
    end: () => {
      if (drawn > Number.NEGATIVE_INFINITY) screen.write("\r\u001B[K");
    },
  };
};
