// The log of one execution environment: its own stream, written with the rights of the function's role.
import { randomBytes } from "node:crypto";
import { ACCOUNT, type Principal } from "../gateway/service.ts";
import type { Ground, Iam, Logs } from "../ports.ts";
import { LIMITS, RECORDS } from "./limits.ts";
import type { FunctionRecord } from "./model.ts";

export interface FunctionLog {
  readonly stream: string;
  readonly add: (line: string) => void;
  /** Writes what was added since; one write for many lines. */
  readonly flush: () => void;
  /** Starts a new invocation for `tail`. */
  readonly begin: () => void;
  /** The last 4 KB since `begin`. */
  readonly tail: () => string;
  /** What was added since `begin`: at most its last 64 KB. */
  readonly lines: () => readonly string[];
}

export interface FunctionLogOptions {
  readonly iam: Pick<Iam, "decide">;
  readonly logs: Logs;
  /** Remembers what was reported, so that a missing right is said once per function. */
  readonly reported: Set<string>;
}

const streamName = (record: FunctionRecord, now: number): string =>
  `${new Date(now).toISOString().slice(0, 10).replaceAll("-", "/")}/[${record.version}]${randomBytes(16).toString("hex")}`;

export const createFunctionLog = (
  { clock, region, report }: Ground,
  record: FunctionRecord,
  principal: Principal,
  { iam, logs, reported }: FunctionLogOptions,
): FunctionLog => {
  const stream = streamName(record, clock.now());
  const group = record.logGroup;
  const arn = `arn:aws:logs:${region}:${ACCOUNT}:log-group:${group}:log-stream:`;
  let pending: { timestamp: number; message: string }[] = [];
  let recent: string[] = [];
  let recentLength = 0;
  let made = false;

  const may = (action: string, resource: string): boolean => {
    const decision = iam.decide(principal, { action, resource });
    if (decision.allowed) return true;
    const about = `${record.name}: ${action}`;
    if (!reported.has(about)) report(`no log of ${record.name}: ${decision.message}`);
    reported.add(about);
    return false;
  };
  const mayWrite = (): boolean => {
    if (!logs.groupExists(group) && !may("logs:CreateLogGroup", arn)) return false;
    if (!made && !may("logs:CreateLogStream", `${arn}${stream}`)) return false;
    made = true;
    return may("logs:PutLogEvents", `${arn}${stream}`);
  };

  return {
    stream,
    add: (line) => {
      const message = line.endsWith("\n") ? line : `${line}\n`;
      pending.push({ timestamp: clock.now(), message });
      recent.push(message);
      recentLength += message.length;
      while (recent.length > 1 && recentLength - (recent[0]?.length ?? 0) > RECORDS.textLength) {
        recentLength -= recent.shift()?.length ?? 0;
      }
    },
    flush: () => {
      if (pending.length === 0) return;
      const lines = pending;
      pending = [];
      if (mayWrite()) logs.write(group, stream, lines);
    },
    begin: () => {
      recent = [];
      recentLength = 0;
    },
    tail: () => {
      let from = recent.length;
      for (let length = 0; from > 0 && length < LIMITS.logTailBytes; from--) length += recent[from - 1]?.length ?? 0;
      return Buffer.from(recent.slice(from).join("")).subarray(-LIMITS.logTailBytes).toString("utf8");
    },
    lines: () => recent,
  };
};
