import { parseArgs } from "node:util";
import type { FunctionHealth } from "../admin/routes/functions.ts";
import type { AlarmHealth, QueueHealth } from "../admin/routes/health.ts";
import type { CloudStatus, ServiceStatus } from "../admin/status.ts";
import type { Denial } from "../ports.ts";
import { admin } from "./client.ts";

interface Health {
  readonly functions: ReadonlyMap<string, FunctionHealth>;
  readonly queues: ReadonlyMap<string, QueueHealth>;
  readonly alarms: readonly AlarmHealth[];
  readonly denials: readonly Denial[];
}

const byName = <T extends { readonly name: string }>(items: readonly T[]): ReadonlyMap<string, T> =>
  new Map(items.map((item) => [item.name, item]));

const readHealth = async (): Promise<Health> => {
  const [{ functions }, { queues }, { alarms }, { denials }] = await Promise.all([
    admin<{ functions: readonly FunctionHealth[] }>("GET", "/functions"),
    admin<{ queues: readonly QueueHealth[] }>("GET", "/queues"),
    admin<{ alarms: readonly AlarmHealth[] }>("GET", "/alarms"),
    admin<{ denials: readonly Denial[] }>("GET", "/denials"),
  ]);
  return { functions: byName(functions), queues: byName(queues), alarms, denials };
};

const aboutFunction = (name: string, { functions }: Health): string => {
  const health = functions.get(name);
  if (health === undefined || health.invocations === 0) return name;
  const { invocations, errors, warm, rssBytes, durationMs } = health;
  const state = warm === 0 ? "cold" : `${warm} warm, ${Math.round(rssBytes / 1e6)} MB`;
  const p50 = durationMs === undefined ? "" : `, p50 ${durationMs.p50.toFixed(0)} ms`;
  return `${name}\n              ${invocations} calls, ${errors} failed, ${state}${p50}`;
};

const aboutQueue = (name: string, { queues }: Health): string => {
  const health = queues.get(name);
  if (health === undefined) return name;
  const { depth, inFlight, oldestSeconds, deadLetterQueueOf } = health;
  const facts = [
    ...(depth > 0 ? [`${depth} waiting, oldest ${oldestSeconds.toFixed(0)} s`] : []),
    ...(inFlight > 0 ? [`${inFlight} in flight`] : []),
    ...(deadLetterQueueOf.length > 0 ? ["dead letters"] : []),
  ];
  return facts.length === 0 ? name : `${name}\n              ${facts.join(", ")}`;
};

const describeService = (name: string, service: ServiceStatus, health: Health): string => {
  const parts: readonly (readonly [string, readonly string[]])[] = [
    ["functions", service.functions.map((each) => aboutFunction(each, health))],
    ["buckets", service.buckets],
    ["tables", service.tables],
    ["queues", service.queues.map((each) => aboutQueue(each, health))],
    ["inert", service.inert],
  ];
  const rows = parts
    .filter(([, lines]) => lines.length > 0)
    .map(([kind, lines]) => `  ${kind.padEnd(10)}${lines.join(`\n${" ".repeat(12)}`)}`);
  return [`${name}  ${service.status}${service.url === undefined ? "" : `  ${service.url}`}`, ...rows].join("\n");
};

const describeAlarms = (alarms: readonly AlarmHealth[]): string =>
  alarms
    .filter(({ state }) => state.value === "ALARM")
    .map(({ name, state }) => `alarm ${name}: ${state.reason}`)
    .join("\n");

const describeDenials = (denials: readonly Denial[]): string =>
  denials
    .slice(-5)
    .map(({ message, missing }) => `denied: ${message}\n  missing: ${JSON.stringify(missing)}`)
    .join("\n");

/** `warmstart status [--json]`: the stacks of the running cloud and how they do, alarms, and the last IAM denials. */
export const status = async (args: string[]): Promise<void> => {
  const { values } = parseArgs({ args, options: { json: { type: "boolean" } } });
  const state = await admin<CloudStatus>("GET", "/state");
  if (values.json === true) {
    process.stdout.write(`${JSON.stringify(state)}\n`);
    return;
  }
  const health = await readHealth();
  const services = Object.entries(state.services).map(([name, service]) => describeService(name, service, health));
  const blocks = [
    `cloud at ${state.endpoint}`,
    ...(services.length > 0 ? services : ["nothing is deployed"]),
    describeAlarms(health.alarms),
    describeDenials(health.denials),
  ];
  process.stdout.write(`${blocks.filter((block) => block !== "").join("\n\n")}\n`);
};
