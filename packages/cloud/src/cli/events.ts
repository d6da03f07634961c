import { parseArgs } from "node:util";
import type { InvocationRecord } from "../ports.ts";
import { admin } from "./client.ts";
import { functionNamed, type Invoked, print } from "./invoke.ts";
import { atMost, UsageError } from "./usage.ts";

type Summary = Pick<InvocationRecord, "id" | "function" | "start" | "durationMs" | "status" | "kind" | "attempt">;

const describe = ({ id, function: name, start, durationMs, status, kind, attempt }: Summary): string => {
  const time = new Date(start).toISOString().slice(11, 23);
  const tries = attempt > 0 ? ` try ${attempt + 1}` : "";
  return `${id}  ${time}  ${status.padEnd(7)} ${durationMs.toFixed(0).padStart(5)} ms  ${kind}${tries}\n  ${name}\n`;
};

const list = async (args: string[]): Promise<void> => {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { status: { type: "string" }, limit: { type: "string" }, json: { type: "boolean" } },
  });
  const query = new URLSearchParams({ limit: values.limit ?? "20" });
  const [name] = atMost(1, positionals);
  if (name !== undefined) query.set("function", await functionNamed(name));
  if (values.status !== undefined) query.set("status", values.status);
  const { invocations } = await admin<{ invocations: readonly Summary[] }>("GET", `/invocations?${query.toString()}`);
  if (values.json === true) process.stdout.write(`${JSON.stringify(invocations)}\n`);
  else process.stdout.write(invocations.toReversed().map(describe).join("") || "nothing was invoked yet\n");
};

const replay = async (args: string[]): Promise<number> => {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { to: { type: "string" }, json: { type: "boolean" } },
  });
  const [id] = atMost(1, positionals);
  if (id === undefined) throw new UsageError("which event? `warmstart events list` shows their ids");
  const to = values.to === undefined ? {} : { to: await functionNamed(values.to) };
  return print(await admin<Invoked>("POST", `/invocations/${encodeURIComponent(id)}/replay`, to), values.json === true);
};

/** `warmstart events list [fn] [--status error]`, `events replay <id> [--to fn]`: recorded events, and one run again. */
export const events = async ([verb, ...args]: string[]): Promise<number | void> => {
  if (verb === "list") return list(args);
  if (verb === "replay") return replay(args);
  throw new UsageError(`events takes list or replay, not ${verb ?? "nothing"}`);
};
