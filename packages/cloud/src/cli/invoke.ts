import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { admin } from "./client.ts";
import { atMost, UsageError } from "./usage.ts";

export interface Invoked {
  readonly requestId: string;
  readonly failed: boolean;
  readonly payload: string;
  readonly logTail: string;
}

/** The full name of a function that is called by it or by its last part: `resize` for image-resizer-local-resize. */
export const functionNamed = async (name: string): Promise<string> => {
  const { functions } = await admin<{ functions: readonly { readonly name: string }[] }>("GET", "/functions");
  const names = functions.map((each) => each.name);
  const found = names.filter((each) => each === name || each.endsWith(`-${name}`));
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  const choice = found.length > 1 ? found : names;
  throw new Error(
    `${found.length > 1 ? "several functions are" : "no function is"} called ${name}: ${choice.join(", ") || "none is deployed"}`,
  );
};

/** Prints result or error; the log goes to stderr, so that the result can be piped. Answers the exit status. */
export const print = (outcome: Invoked, json: boolean): number => {
  if (json) process.stdout.write(`${JSON.stringify(outcome)}\n`);
  else {
    process.stderr.write(outcome.logTail);
    process.stdout.write(`${outcome.payload}\n`);
  }
  return outcome.failed ? 1 : 0;
};

const payloadOf = (data: string | undefined, path: string | undefined): unknown => {
  const text = path === undefined ? (data ?? "{}") : readFileSync(path, "utf8");
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new UsageError(`the event${path === undefined ? "" : ` in ${path}`} is not JSON: ${String(cause)}`, {
      cause,
    });
  }
};

/** `warmstart invoke <fn> [--data json | --path file] [--json]`. */
export const invoke = async (args: string[]): Promise<number> => {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { data: { type: "string", short: "d" }, path: { type: "string", short: "p" }, json: { type: "boolean" } },
  });
  const [name] = atMost(1, positionals);
  if (name === undefined) throw new UsageError("which function? warmstart invoke <function> --path event.json");
  const full = await functionNamed(name);
  const payload = payloadOf(values.data, values.path);
  return print(
    await admin<Invoked>("POST", `/functions/${encodeURIComponent(full)}/invoke`, { payload }),
    values.json === true,
  );
};
