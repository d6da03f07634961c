import { parseArgs } from "node:util";
import type { FaultRule, FaultStatus } from "../faults/faults.ts";
import { admin } from "./client.ts";
import { durationOf } from "./duration.ts";
import { UsageError } from "./usage.ts";

const number = (text: string | undefined, name: string): number | undefined => {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (Number.isFinite(value)) return value;
  throw new UsageError(`--${name} takes a number, not ${text}`);
};

/** Leaves out what was not given. */
const given = (values: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));

interface EffectFlags {
  readonly code?: string | undefined;
  readonly status?: string | undefined;
  readonly ms?: string | undefined;
  readonly after?: string | undefined;
  readonly call?: string | undefined;
  readonly tps?: string | undefined;
  readonly burst?: string | undefined;
  readonly bytes?: string | undefined;
}

const effectOf = (kind: string | undefined, flags: EffectFlags): object => {
  const { code, status, ms, after, call, tps, burst, bytes } = flags;
  if (kind === undefined) throw new UsageError("which fault? warmstart fault add throttle --service dynamodb");
  const late = kind === "delay" || kind === "ttl-late" ? { ms: durationOf(ms, "--ms") } : {};
  const dying = { afterMs: number(after, "after"), call: number(call, "call") };
  const amounts = { tps: number(tps, "tps"), burst: number(burst, "burst"), bytes: number(bytes, "bytes") };
  return { kind, ...given({ code, status: number(status, "status"), ...dying, ...amounts }), ...late };
};

const add = async (args: string[]): Promise<void> => {
  const text = { type: "string" } as const;
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      service: text,
      action: text,
      resource: text,
      function: text,
      principal: text,
      nth: text,
      every: text,
      times: text,
      rate: text,
      seed: text,
      code: text,
      status: text,
      ms: text,
      after: text,
      call: text,
      tps: text,
      burst: text,
      bytes: text,
    },
  });
  const { service, action, resource, function: name, principal } = values;
  const { nth, every, times, rate, seed } = values;
  const when = given(
    Object.fromEntries(
      Object.entries({ nth, every, times, rate, seed }).map(([key, value]) => [key, number(value, key)]),
    ),
  );
  const rule = await admin<FaultRule>("POST", "/faults", {
    match: given({ service, action, resource, function: name, principal }),
    ...(Object.keys(when).length > 0 && { when }),
    effect: effectOf(positionals[0], values),
  });
  process.stdout.write(`fault ${rule.id} is armed; \`warmstart fault clear ${rule.id}\` ends it\n`);
};

const inWords = (value: object): string =>
  Object.entries(value)
    .map(([key, each]) => (key === "kind" ? String(each) : `${key}=${String(each)}`))
    .join(" ");

const describe = ({ id, match, when = {}, effect, seen, struck }: FaultStatus): string => {
  const where = inWords(match) || "everything";
  return `${id}  ${inWords(effect)}  on ${where}  ${inWords(when)}  struck ${struck} of ${seen}\n`;
};

/** `warmstart fault add <effect> …`, `fault list [--json]`, `fault clear [id]`. */
export const fault = async ([verb, ...args]: string[]): Promise<void> => {
  switch (verb) {
    case "add":
      return add(args);
    case "list": {
      const { values } = parseArgs({ args, options: { json: { type: "boolean" } } });
      const { faults } = await admin<{ faults: readonly FaultStatus[] }>("GET", "/faults");
      if (values.json === true) process.stdout.write(`${JSON.stringify(faults)}\n`);
      else process.stdout.write(faults.map(describe).join("") || "no faults are armed\n");
      return;
    }
    case "clear":
      await admin("DELETE", args[0] === undefined ? "/faults" : `/faults/${encodeURIComponent(args[0])}`);
      process.stdout.write(args[0] === undefined ? "all faults are cleared\n" : `fault ${args[0]} is cleared\n`);
      return;
    default:
      throw new UsageError(`fault takes add, list or clear, not ${verb ?? "nothing"}`);
  }
};
