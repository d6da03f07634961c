// What was typed after `warmstart-segy`.
import { parseArgs } from "node:util";

export const USAGE = `usage: warmstart-segy <file> [options]

Says what a SEG-Y or SU file holds, where it lies, what is wrong with it, and how sure that is.

  --mode sampled|exact   read some trace headers or all of them; without it: all up to 256 MB
  --keys 189,193         bytes of the line and crossline numbers in the trace header
  --json                 the metadata document, as the service stores it
  --help

Exit status: 0 readable, 1 not a readable file of this kind, 2 wrong usage or file not found.
`;

export class UsageError extends Error {}

export interface Command {
  readonly path: string;
  readonly mode?: "sampled" | "exact";
  readonly keys?: { readonly slow: number; readonly fast: number };
  readonly json: boolean;
}

const modeOf = (text: string): "sampled" | "exact" => {
  if (text === "sampled" || text === "exact") return text;
  throw new UsageError(`--mode is sampled or exact, not ${text}`);
};

const keysOf = (text: string): { slow: number; fast: number } => {
  const [, slow, fast] = /^(\d{1,3}),(\d{1,3})$/.exec(text) ?? [];
  const keys = { slow: Number(slow), fast: Number(fast) };
  if ([keys.slow, keys.fast].every((byte) => byte >= 1 && byte <= 237) && keys.slow !== keys.fast) return keys;
  throw new UsageError(`--keys are two different bytes of the trace header, 1 to 237, such as 189,193; not ${text}`);
};

const options = {
  mode: { type: "string" },
  keys: { type: "string" },
  json: { type: "boolean" },
  help: { type: "boolean", short: "h" },
} as const;

const parsed = (args: readonly string[]) => {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? (error.message.split(". ")[0] ?? "") : String(error), {
      cause: error,
    });
  }
};

/** `help` when it was asked for. Throws a `UsageError` that says what is wrong. */
export const parseCommand = (args: readonly string[]): Command | "help" => {
  const { values, positionals } = parsed(args);
  if (values.help) return "help";
  const [path, second] = positionals;
  if (path === undefined) throw new UsageError("which file?");
  if (second !== undefined) throw new UsageError(`one file at a time: ${path} or ${second}`);
  return {
    path,
    json: values.json ?? false,
    ...(values.mode !== undefined && { mode: modeOf(values.mode) }),
    ...(values.keys !== undefined && { keys: keysOf(values.keys) }),
  };
};
