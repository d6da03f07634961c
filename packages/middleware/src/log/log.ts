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

const order: Readonly<Record<LogLevel, number>> = { DEBUG: 0, INFO: 1, WARN: 2, ERROR: 3 };

/** One write per line or group of lines; `console.log` would put a prefix before the JSON. */
export const writeStdout = (line: string): void => {
  process.stdout.write(line);
};

/** One JSON line. A field that cannot be serialised costs the fields, never the line or the call. */
export const logLine = (level: LogLevel, message: string, fields: LogFields, extra?: LogFields): string => {
  const head = JSON.stringify({ level, message, timestamp: new Date().toISOString(), ...fields });
  let tail = "{}";
  try {
    tail = JSON.stringify(extra ?? {}, maskValue);
  } catch {
    tail = '{"log_error":"fields are not serialisable"}';
  }
  return `${head.slice(0, -1)}${tail === "{}" ? "" : ","}${tail.slice(1)}\n`;
};

/** A log with fixed fields. */
export const createLog = (fields: LogFields, options: LogOptions): Log => {
  const { level: lowest, write = writeStdout } = options;
  const at =
    (level: LogLevel) =>
    (message: string, extra?: LogFields): void => {
      if (order[level] >= order[lowest]) write(logLine(level, message, fields, extra));
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
  const level = LOG_LEVEL?.toUpperCase();
  return level === "DEBUG" || level === "WARN" || level === "ERROR" ? level : "INFO";
};
