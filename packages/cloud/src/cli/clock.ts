import { parseArgs } from "node:util";
import { admin } from "./client.ts";
import { durationOf } from "./duration.ts";
import { atMost, UsageError } from "./usage.ts";

interface Moved {
  readonly now: string;
  readonly mode: string;
  readonly fired?: readonly { readonly time: string; readonly label: string }[];
}

const ask = (verb: string | undefined, by: string | undefined): Promise<Moved> => {
  switch (verb) {
    case undefined:
      return admin("GET", "/clock");
    case "advance":
      return admin("POST", "/clock", { advance: durationOf(by, "clock advance") });
    case "reset":
      return admin("POST", "/clock", { mode: "real" });
    default:
      throw new UsageError(`clock takes advance or reset, not ${verb}`);
  }
};

/** `warmstart clock [advance <duration> | reset]`: the cloud's time, and what fired on the way. */
export const clock = async (args: string[]): Promise<void> => {
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options: { json: { type: "boolean" } } });
  const [verb, by] = atMost(2, positionals);
  const moved = await ask(verb, by);
  if (values.json === true) {
    process.stdout.write(`${JSON.stringify(moved)}\n`);
    return;
  }
  for (const { time, label } of moved.fired ?? []) process.stdout.write(`${time}  ${label}\n`);
  process.stdout.write(`it is ${moved.now}${moved.mode === "real" ? "" : ` (${moved.mode})`}\n`);
};
