import { createInterface } from "node:readline/promises";
import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";
import type { CloudStatus } from "../admin/status.ts";
import { admin } from "./client.ts";
import { emptyState, readLock, stateFolder } from "./lock.ts";
import { atMost, UsageError } from "./usage.ts";

const LONGEST_RESET_MS = 10_000;
const LOOK_MS = 20;

const confirm = async (question: string): Promise<boolean> => {
  if (!process.stdin.isTTY) throw new UsageError("not a terminal: say --yes");
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question(`${question} [y/N] `);
  terminal.close();
  return answer.trim().toLowerCase() === "y";
};

const health = (): Promise<{ id: string }> => admin("GET", "/health");

/** Waits until the empty cloud answers, so that the next command finds it. */
const resetRunning = async (): Promise<void> => {
  const before = await health();
  await admin("POST", "/reset");
  for (let waited = 0; ; waited += LOOK_MS) {
    const now = await health().catch((error: unknown) => {
      if (waited > LONGEST_RESET_MS) throw error;
    });
    if (now !== undefined && now.id !== before.id) return;
    await delay(LOOK_MS);
  }
};

const removeStack = async (stack: string): Promise<void> => {
  const { services } = await admin<CloudStatus>("GET", "/state");
  const stacks = Object.values(services).map((service) => service.stack);
  if (!stacks.includes(stack)) throw new Error(`there is no stack ${stack}; there are: ${stacks.join(", ") || "none"}`);
  await admin("DELETE", `/stacks/${encodeURIComponent(stack)}`);
};

/** `warmstart reset [stack] [--yes]`: empties everything, or removes one stack with what is in it. */
export const reset = async (args: string[]): Promise<void> => {
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options: { yes: { type: "boolean" } } });
  const [stack] = atMost(1, positionals);
  const what = stack === undefined ? "all state of this cloud" : `the stack ${stack} and its data`;
  if (values.yes !== true && !(await confirm(`Remove ${what}?`))) return;
  if (stack !== undefined) await removeStack(stack);
  else if (readLock() === undefined) emptyState(stateFolder());
  else await resetRunning();
  process.stdout.write(`removed ${what}\n`);
};
