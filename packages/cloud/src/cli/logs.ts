import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";
import type { LogLine } from "../admin/logs.ts";
import { admin } from "./client.ts";
import { UsageError } from "./usage.ts";

/** How often `-f` asks for more. */
const FOLLOW_MS = 300;
const UNIT_MS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

const agoMs = (text: string): number => {
  const [, amount, unit = ""] = /^(\d+)([smhd])$/.exec(text) ?? [];
  const unitMs = UNIT_MS[unit];
  if (amount === undefined || unitMs === undefined)
    throw new UsageError(`--since takes 30s, 10m, 2h or 1d, not ${text}`);
  return Number(amount) * unitMs;
};

const format = ({ function: name, timestamp, message }: LogLine): string =>
  `${new Date(timestamp).toISOString().slice(11, 23)} ${name}  ${message.trimEnd()}\n`;

/** `warmstart logs [fn] [-f] [--since 10m] [--json]`: log lines in the order of time. */
export const logs = async (args: string[]): Promise<void> => {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { follow: { type: "boolean", short: "f" }, since: { type: "string" }, json: { type: "boolean" } },
  });
  const { now } = await admin<{ now: string }>("GET", "/clock");
  let since = values.since === undefined ? 0 : Date.parse(now) - agoMs(values.since);
  // Lines of the last instant are read again with the next ones; ids tell them apart.
  let shown = new Set<string>();
  do {
    const query = new URLSearchParams({ since: String(since), ...(positionals[0] && { function: positionals[0] }) });
    const { lines } = await admin<{ lines: readonly LogLine[] }>("GET", `/logs?${query.toString()}`);
    for (const line of lines) {
      if (!shown.has(line.id)) process.stdout.write(values.json === true ? `${JSON.stringify(line)}\n` : format(line));
    }
    since = lines.at(-1)?.timestamp ?? since;
    shown = new Set(lines.filter(({ timestamp }) => timestamp === since).map(({ id }) => id));
    if (values.follow === true) await delay(FOLLOW_MS);
  } while (values.follow === true);
};
