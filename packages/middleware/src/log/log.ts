// The structured log.
import { maskValue } from "./mask.ts";

export type LogLevel = "DEBUG" | "INFO" | "WARN" | "ERROR";
export type LogFields = Readonly<Record<string, unknown>>;

/** JSON lines on stdout with the key names of Powertools; secrets in fields are masked. */
export interface Log {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  /** Put what was thrown under `error`: it is written with its stack and causes. */
  error(message: string, fields?: LogFields): void;
  /** A log that adds these fields to every line. */
  with(fields: LogFields): Log;
}

export interface LogOptions {
  /** Lines below this level are not written. */
  readonly level: LogLevel;
  readonly write?: (line: string) => void;
}

const ORDER: Readonly<Record<LogLevel, number>> = { DEBUG: 0, INFO: 1, WARN: 2, ERROR: 3 };

/** One write per line or group of lines; `console.log` would put a prefix before the JSON. */
export const writeStdout = (line: string): void => {
  process.stdout.write(line);
};

const inside = (fields: LogFields, replacer?: (name: string, value: unknown) => unknown): string => {
  const json = JSON.stringify(fields, replacer);
  return json === "{}" ? "" : `,${json.slice(1, -1)}`;
};

/** One JSON line of fields that are known to be harmless. */
export const logLine = (level: LogLevel, message: string, fields: LogFields, more: LogFields): string =>
  `{"level":"${level}","message":${JSON.stringify(message)},"timestamp":"${new Date().toISOString()}"${inside(fields)}${inside(more)}}\n`;

// A field that cannot be serialised costs the fields, never the line or the call.
const masked = (extra: LogFields): string => {
  try {
    return inside(extra, maskValue);
  } catch {
    return ',"log_error":"fields are not serialisable"';
  }
};

/** A log with fixed fields. */
export const createLog = (fields: LogFields, options: LogOptions): Log => {
  const { level: lowest, write = writeStdout } = options;
  const at =
    (level: LogLevel) =>
    (message: string, extra?: LogFields): void => {
      if (ORDER[level] < ORDER[lowest]) return;
      write(`${logLine(level, message, fields, {}).slice(0, -2)}${extra ? masked(extra) : ""}}\n`);
    };
  return {
    debug: at("DEBUG"),
    info: at("INFO"),
    warn: at("WARN"),
    error: at("ERROR"),
    with: (more) => createLog({ ...fields, ...more }, options),
  };
};

/** The level of one invocation: `LOG_LEVEL` (default INFO), or DEBUG for the share `LOG_DEBUG_RATE` of invocations. */
export const levelFrom = (
  { LOG_LEVEL, LOG_DEBUG_RATE }: Readonly<Record<string, string | undefined>>,
  random: () => number = Math.random,
): LogLevel => {
  if (LOG_DEBUG_RATE && random() < Number(LOG_DEBUG_RATE)) return "DEBUG";
  const level = LOG_LEVEL?.toUpperCase() ?? "";
  return Object.hasOwn(ORDER, level) ? (level as LogLevel) : "INFO"; // the keys of `ORDER` are the levels
};
