import { setTimeout as delay } from "node:timers/promises";
import { admin } from "./client.ts";
import { readLock } from "./lock.ts";
import { atMost } from "./usage.ts";

const LONGEST_STOP_MS = 10_000;
const LOOK_MS = 50;

/** `warmstart down`: stops the cloud and waits until its process has let go of the folder. */
export const down = async (args: string[]): Promise<void> => {
  atMost(0, args);
  await admin("POST", "/down");
  for (let waited = 0; readLock() !== undefined; waited += LOOK_MS) {
    if (waited > LONGEST_STOP_MS) throw new Error(`the cloud did not stop within ${LONGEST_STOP_MS / 1000} s`);
    await delay(LOOK_MS);
  }
  process.stdout.write("stopped\n");
};
