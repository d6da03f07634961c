// Waits for the end of a spike: all documents there and nothing in the queues, or nothing going on any more.
import { setTimeout as delay } from "node:timers/promises";
import type { Target } from "./target.ts";

const LOOK_MS = 250;
/** Without any sign for so long, what is missing does not come. */
const STALL_MS = 30_000;

export interface Progress {
  /** Real time of the last sign of life. */
  readonly lastSign: () => number;
  /** Documents that are still missing, and messages that are not done. */
  readonly missing: () => number;
  readonly draw: () => void;
}

const areEmpty = async (target: Target): Promise<boolean> =>
  (await target.queues()).every((queue) => queue.deadLetterQueueOf.length > 0 || queue.depth + queue.inFlight === 0);

/** Draws while it waits; answers whether all came to its end. */
export const waitForEnd = async (
  target: Target,
  uploaded: Promise<unknown>,
  { lastSign, missing, draw }: Progress,
): Promise<boolean> => {
  let isUploading = true;
  void uploaded.finally(() => (isUploading = false));
  for (;;) {
    draw();
    await delay(LOOK_MS);
    if (isUploading) continue;
    if (missing() === 0 && (await areEmpty(target))) return true;
    if (performance.now() - lastSign() > STALL_MS) return false;
  }
};
