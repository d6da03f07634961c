// The verbs of `warmstart`. Exit status: 0 done, 1 failed, 2 wrong usage.
import { readFileSync } from "node:fs";
import { UsageError } from "./cli/usage.ts";

const USAGE = `warmstart <verb> [options]

  dev      package services, deploy them here, and watch     [folder …]
  up       start the cloud in the foreground
             [--memory] [--port n] [--ports a-b] [--stages x,y]
             [--inspect[=fn]] [--allow-net host,…]
  status   what runs, and how it does                [--json]
  url      the address of a service's HTTP API       <service>
  logs     log lines of all functions, or of one
             [fn] [-f] [--since 10m] [--trace id] [--level warn] [--json]
  invoke   call a function
             <fn> [--data json | --path file]
  events   events that functions got
             list [fn] | replay <id> [--to fn]
  clock    the cloud's time                          [advance 3h | reset]
  fault    make something fail
             add <effect> … | list | clear [id]
  deploy   deploy a packaged service                 <folder> [--json]
  env      the environment for any AWS client, as exports
  reset    empty the state, or remove one stack      [stack] [--yes]
  down     stop the cloud

  fault add  error --code X [--status n] | throttle | delay --ms 2s | reset
             lost-answer | duplicate | reorder | kill [--call n] | cold | memory
             on --service --action --resource --function --principal (with *)
             when --nth n | --every n | --times n | --rate 0.1 [--seed n]

The cloud is the one of this folder's .warmstart/, or at WARMSTART_PORT (4566).
`;

const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
  version: string;
}; // npm's

/** Answers the exit status, 0 without one. */
type Verb = (args: string[]) => Promise<number | void>;

/** Loaded when it is typed: the cloud, which only `dev` and `up` need, takes a quarter of a second. */
const VERBS: Readonly<Record<string, () => Promise<Verb>>> = {
  dev: async () => (await import("./cli/dev.ts")).dev,
  up: async () => (await import("./cli/up.ts")).up,
  status: async () => (await import("./cli/status.ts")).status,
  url: async () => (await import("./cli/url.ts")).url,
  logs: async () => (await import("./cli/logs.ts")).logs,
  invoke: async () => (await import("./cli/invoke.ts")).invoke,
  events: async () => (await import("./cli/events.ts")).events,
  clock: async () => (await import("./cli/clock.ts")).clock,
  fault: async () => (await import("./cli/fault.ts")).fault,
  deploy: async () => (await import("./cli/deploy.ts")).deploy,
  env: async () => (await import("./cli/env.ts")).env,
  reset: async () => (await import("./cli/reset.ts")).reset,
  down: async () => (await import("./cli/down.ts")).down,
};

const main = async ([verb = "help", ...args]: string[]): Promise<number> => {
  if (["help", "--help", "-h"].includes(verb) || args.includes("--help") || args.includes("-h")) {
    process.stdout.write(USAGE);
    return 0;
  }
  if (verb === "--version") {
    process.stdout.write(`${version}\n`);
    return 0;
  }
  const load = Object.hasOwn(VERBS, verb) ? VERBS[verb] : undefined;
  if (load === undefined) {
    process.stderr.write(`warmstart: "${verb}" is no verb\n\n${USAGE}`);
    return 2;
  }
  try {
    const run = await load();
    return (await run(args)) ?? 0;
  } catch (error) {
    const usage = error instanceof UsageError || (error instanceof TypeError && "code" in error); // parseArgs throws these
    process.stderr.write(`warmstart ${verb}: ${error instanceof Error ? error.message : String(error)}\n`);
    return usage ? 2 : 1;
  }
};

// `warmstart logs -f | head`: the reader has seen enough.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
});

process.exitCode = await main(process.argv.slice(2));
