// `sls invoke local -f <function> -p <event>` does what test/events.ts says: of every event, or of a happy one of each service.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import {
  EVENT_TIME,
  type EventFixtures,
  type EventGround,
  functionOf,
  isFailing,
  openCloud,
  type Outcome,
  outcomeOf,
  send,
  type TestCloud,
} from "@warmstart/testing";
import { fixturesOf } from "./check-services/fixtures.ts";
import { functionNames } from "./check-services/template.ts";
import { run } from "./command.ts";
import { readInvocation } from "./invoke-local/read-invocation.ts";
import { serviceFolder, services } from "./repository.ts";

const full = process.env["WARMSTART_FULL"] === "1";
/** Of one `sls`, on a machine that has much else to do. */
const LIMIT_MS = 180_000;
/** About two seconds of a CPU for each event. */
const ALL_MS = full ? 1_800_000 : LIMIT_MS;
/** A service packages one function at a time, so it is services that go side by side. */
const AT_ONCE = 2;

const scratch = mkdtempSync(join(tmpdir(), "warmstart-invoke-local-"));

/** osls runs functions in its own process, so it has to have the cloud's time. */
const OSLS = {
  NODE_OPTIONS: `--require ${join(import.meta.dirname, "invoke-local/event-time.cjs")}`,
  NODE_COMPILE_CACHE: process.env["NODE_COMPILE_CACHE"] ?? join(scratch, "compiled"),
  WARMSTART_EVENT_TIME: String(EVENT_TIME),
};

/** A stack in the place of those that the service imports from: osls asks CloudFormation for each export. */
const exportAll = async ({ endpoint }: TestCloud, imports: Readonly<Record<string, string>>): Promise<void> => {
  const outputs = Object.entries(imports).map(([Name, Value], at) => [`Output${at}`, { Value, Export: { Name } }]);
  const template = {
    Resources: { Topic: { Type: "AWS::SNS::Topic" } },
    Outputs: Object.fromEntries(outputs) as object,
  };
  const form = {
    Action: "CreateStack",
    Version: "2010-05-15",
    StackName: "exports-local",
    TemplateBody: JSON.stringify(template),
  };
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  const sign = { service: "cloudformation", now: EVENT_TIME };
  const body = new URLSearchParams(form).toString();
  const { status, text } = await send("POST", `${endpoint}/`, { headers, body, sign });
  if (status !== 200) throw new Error(text);
};

interface Seeding {
  readonly seedEvents: (cloud: TestCloud) => Promise<EventGround>;
}

const seed = async (service: string): Promise<EventGround> => {
  const cloud = await openCloud();
  const path = join(serviceFolder(service), "test/seed-events.ts");
  const { seedEvents } = (await import(pathToFileURL(path).href)) as Seeding; // one shape in all services
  const ground = await seedEvents(cloud);
  if (ground.imports) await exportAll(cloud, ground.imports);
  await cloud.ask("POST", "/idle", {});
  return ground;
};

/** The file, or one that says what this cloud calls by other names. */
const fileOf = ({ meant }: EventGround, { folder, events }: EventFixtures, name: string): string => {
  if (meant === undefined) return join(folder, `${name}.json`);
  const path = join(scratch, `${name}.json`);
  writeFileSync(path, JSON.stringify(meant(events[name])));
  return path;
};

/** Empty, or what was done instead. */
const invokeLocal = async (
  service: string,
  ground: EventGround,
  fixtures: EventFixtures,
  [name, expected]: readonly [string, Outcome],
): Promise<readonly string[]> => {
  const variables = Object.entries(ground.env ?? {}).flatMap(([variable, value]) => ["-e", `${variable}=${value}`]);
  const path = fileOf(ground, fixtures, name);
  const functionName = functionOf(name, functionNames(service)) ?? "";
  const args = ["invoke", "local", "--stage", "local", "-f", functionName, "-p", path, ...variables];
  const env = { ...ground.cloud.env, ...OSLS };
  const { status, output } = await run("sls", args, { cwd: serviceFolder(service), env, limitMs: LIMIT_MS });
  await ground.cloud.ask("POST", "/idle", {});
  const outcome = outcomeOf(readInvocation(output), expected);
  const isThrown = String(outcome).startsWith("throws ");
  const ended = status === (isThrown ? 1 : 0);
  return outcome === expected && ended
    ? []
    : [`${name}: ${outcome} (status ${status}) instead of ${expected}\n${output}`];
};

/** What went otherwise than expected. */
const invokeAll = async (service: string, ready: Promise<EventGround>): Promise<readonly string[]> => {
  const [ground, fixtures] = [await ready, await fixturesOf(service)];
  const all = Object.entries(fixtures.outcomes);
  // Over HTTP: what needs sharp has npm pack it first.
  const happy = all.filter(([, outcome]) => typeof outcome === "number" && !isFailing(outcome));
  const chosen = full ? all : happy.slice(0, 1);
  const started = performance.now();
  const wrong: string[] = [];
  for (const each of chosen) {
    const told = await invokeLocal(service, ground, fixtures, each);
    wrong.push(...told);
    for (const text of told) process.stderr.write(`${service}: ${text}\n`);
  }
  const seconds = Math.round((performance.now() - started) / 1000);
  if (full) process.stderr.write(`${service}: ${chosen.length} events in ${seconds} s\n`);
  await ground.cloud.close();
  await ground.close?.();
  return wrong;
};

const results = new Map(services().map((service) => [service, Promise.withResolvers<readonly string[]>()]));

beforeAll(() => {
  const waiting = [...results];
  let seeded: Promise<unknown> = Promise.resolve(); // one after another: stores find their cloud in process.env
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [service, { resolve }] = next;
      const ready = seeded.then(() => seed(service));
      seeded = ready.catch(() => {});
      resolve(await invokeAll(service, ready).catch((error: unknown) => [String(error)]));
    }
  };
  for (let worker = 0; worker < AT_ONCE; worker++) void work();
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

test.each(services())(
  "%s: sls invoke local does what each event says",
  async (service) => {
    expect(await results.get(service)?.promise).toEqual([]);
  },
  ALL_MS,
);
