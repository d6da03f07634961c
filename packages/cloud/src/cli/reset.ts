import { createInterface } from "node:readline/promises";
import { parseArgs } from "node:util";
import { admin } from "./client.ts";
import { readLock, stateFolder } from "./lock.ts";
import { emptyState } from "./up.ts";
import { UsageError } from "./usage.ts";

const confirm = async (question: string): Promise<boolean> => {
  if (!process.stdin.isTTY) throw new UsageError("not a terminal: say --yes");
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question(`${question} [y/N] `);
  terminal.close();
  return answer.trim().toLowerCase() === "y";
};

/** `warmstart reset [stack] [--yes]`: empties everything, or removes one stack with what is in it. */
export const reset = async (args: string[]): Promise<void> => {
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options: { yes: { type: "boolean" } } });
  const [stack] = positionals;
  const what = stack === undefined ? "all state of this cloud" : `the stack ${stack} and its data`;
  if (values.yes !== true && !(await confirm(`Remove ${what}?`))) return;
  if (stack !== undefined) await admin("DELETE", `/stacks/${encodeURIComponent(stack)}`);
  else if (readLock() === undefined) emptyState(stateFolder());
  else await admin("POST", "/reset");
  process.stdout.write(`removed ${what}\n`);
};
