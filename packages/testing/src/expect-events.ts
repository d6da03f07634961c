// Every event of a service through the handler that it is for, in this process.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { App } from "./app.ts";
import { type EventFixtures, functionOf, staleEvents } from "./event-files.ts";
import { type Invocation, invoke } from "./invoke.ts";
import type { TestCloud } from "./open-cloud.ts";
import { outcomeOf } from "./outcome.ts";

/** A cloud that holds what the events of a service speak of. */
export interface EventGround {
  readonly cloud: TestCloud;
  readonly app: App;
  /** What the service was deployed with in place of the stacks that it imports from. */
  readonly imports?: Readonly<Record<string, string>>;
  /** Variables of the functions that `sls invoke local` cannot know. */
  readonly env?: Readonly<Record<string, string>>;
  /** The event as this cloud means it: with its own pool and people in the place of those that the file names. */
  readonly meant?: (event: unknown) => unknown;
  /** Calls a function in the cloud: for handlers that only their bundle makes whole. */
  readonly call?: (functionName: string, event: unknown) => Promise<unknown>;
  readonly close?: () => Promise<void>;
}

interface FunctionResource {
  readonly Type: string;
  readonly Properties: { readonly FunctionName: string; readonly Handler: string; readonly Timeout: number };
}

/** Of the compiled template, by the name in serverless.yml. */
const functionsOf = ({ folder, service }: App): ReadonlyMap<string, FunctionResource["Properties"]> => {
  const file = join(folder, ".serverless/cloudformation-template-update-stack.json");
  const { Resources } = JSON.parse(readFileSync(file, "utf8")) as { Resources: Record<string, FunctionResource> }; // CloudFormation's format
  const functions = Object.values(Resources).filter(({ Type }) => Type === "AWS::Lambda::Function");
  return new Map(
    functions.map(({ Properties }) => [Properties.FunctionName.replace(`${service}-local-`, ""), Properties]),
  );
};

type Handler = Parameters<typeof invoke>[0];

const handlerOf = async (folder: string, path: string): Promise<Handler> => {
  const [file = "", name = ""] = path.split(".");
  const module = (await import(pathToFileURL(join(folder, `${file}.ts`)).href)) as Record<string, Handler>; // as serverless.yml says
  const handler = module[name];
  if (handler === undefined) throw new Error(`${file}.ts exports no ${name}`);
  return handler;
};

const runEvent = async (ground: EventGround, name: string, event: unknown): Promise<Invocation> => {
  const { cloud, app, call, meant = (event) => event } = ground;
  const functions = functionsOf(app);
  const functionName = functionOf(name, [...functions.keys()]);
  const found = functionName === undefined ? undefined : functions.get(functionName);
  if (functionName === undefined || found === undefined) throw new Error(`${name} is for no function`);
  if (call) return invoke(() => call(functionName, meant(event)), event);
  Object.assign(process.env, await app.env(functionName), cloud.env);
  delete process.env["AWS_SESSION_TOKEN"]; // of the role, whose keys have given way to the developer's
  const context = { functionName: found.FunctionName, timeoutMs: found.Timeout * 1000 };
  return invoke(await handlerOf(app.folder, found.Handler), meant(event), context);
};

/**
 * Throws unless the files of events/<service>/ are what the factories make and each event does what its outcome says.
 * Answers what each did.
 */
export const expectEvents = async (
  fixtures: EventFixtures,
  ground: EventGround,
): Promise<ReadonlyMap<string, Invocation>> => {
  const invocations = new Map<string, Invocation>();
  const problems = [...staleEvents(fixtures)];
  for (const [name, expected] of Object.entries(fixtures.outcomes)) {
    const invocation = await runEvent(ground, name, fixtures.events[name]);
    await ground.cloud.ask("POST", "/idle", {});
    const outcome = outcomeOf(invocation, expected);
    if (outcome !== expected) {
      const { logs, body, error } = invocation;
      problems.push(
        `${name}: ${outcome} instead of ${expected}\n${JSON.stringify({ error: String(error), body, logs })}`,
      );
    }
    invocations.set(name, invocation);
  }
  if (problems.length > 0) throw new Error(`The events of ${ground.app.service} are wrong:\n${problems.join("\n")}`);
  return invocations;
};
