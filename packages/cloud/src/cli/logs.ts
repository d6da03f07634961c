import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";
import type { LogLine } from "../admin/logs.ts";
import { admin } from "./client.ts";
import { durationOf } from "./duration.ts";
import { atMost, UsageError } from "./usage.ts";

/** How often `-f` asks for more. */
const FOLLOW_MS = 300;

/** The levels of JSON log lines, from the least urgent. */
const LEVELS = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"];

interface Wanted {
  readonly trace?: string | undefined;
  readonly level?: string | undefined;
}

const levelOf = (message: string): string | undefined => /"level":"([A-Z]+)"/.exec(message)?.[1];

/** Lines of at least this level (those without one pass with ERROR in them), of this trace or correlation id. */
const isWanted = ({ message }: LogLine, { trace, level }: Wanted): boolean => {
  if (trace !== undefined && !message.includes(trace)) return false;
  if (level === undefined) return true;
  const own = levelOf(message) ?? (/\bERROR\b/.test(message) ? "ERROR" : "INFO");
  return LEVELS.indexOf(own) >= LEVELS.indexOf(level);
};

const format = ({ function: name, timestamp, message }: LogLine): string =>
  `${new Date(timestamp).toISOString().slice(11, 23)} ${name}  ${message.trimEnd()}\n`;

/** `warmstart logs [fn] [-f] [--since 10m] [--trace id] [--level warn] [--json]`: log lines in the order of time. */
export const logs = async (args: string[]): Promise<void> => {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      follow: { type: "boolean", short: "f" },
      since: { type: "string" },
      trace: { type: "string" },
      level: { type: "string" },
      json: { type: "boolean" },
    },
  });
  const [name] = atMost(1, positionals);
  const level = values.level?.toUpperCase();
  if (level !== undefined && !LEVELS.includes(level)) throw new UsageError(`--level takes ${LEVELS.join(", ")}`);
  const wanted = { trace: values.trace, level };
  const { now } = await admin<{ now: string }>("GET", "/clock");
  let since = values.since === undefined ? 0 : Date.parse(now) - durationOf(values.since, "--since");
  // Lines of the last instant are read again with the next ones; ids tell them apart.
  let shown = new Set<string>();
  do {
    const query = new URLSearchParams({ since: String(since), ...(name && { function: name }) });
    const { lines } = await admin<{ lines: readonly LogLine[] }>("GET", `/logs?${query.toString()}`);
    for (const line of lines) {
      if (!shown.has(line.id) && isWanted(line, wanted))
        process.stdout.write(values.json === true ? `${JSON.stringify(line)}\n` : format(line));
    }
    since = lines.at(-1)?.timestamp ?? since;
    shown = new Set(lines.filter(({ timestamp }) => timestamp === since).map(({ id }) => id));
    if (values.follow === true) await delay(FOLLOW_MS);
  } while (values.follow === true);
};
