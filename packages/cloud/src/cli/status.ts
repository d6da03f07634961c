import { parseArgs } from "node:util";
import type { CloudStatus } from "../admin/status.ts";
import type { Denial } from "../ports.ts";
import { admin } from "./client.ts";

const describe = (status: CloudStatus): string => {
  const blocks = Object.entries(status.services).map(([name, service]) => {
    const parts = [["functions", service.functions] as const, ["buckets", service.buckets] as const];
    const rows = [...parts, ["tables", service.tables] as const, ["queues", service.queues] as const]
      .filter(([, names]) => names.length > 0)
      .map(([kind, names]) => `  ${kind.padEnd(10)}${names.join(`\n${" ".repeat(12)}`)}`);
    return [`${name}  ${service.status}${service.url === undefined ? "" : `  ${service.url}`}`, ...rows].join("\n");
  });
  return [`cloud at ${status.endpoint}`, ...(blocks.length > 0 ? blocks : ["nothing is deployed"])].join("\n\n");
};

const describeDenials = (denials: readonly Denial[]): string =>
  denials
    .slice(-5)
    .map(({ message, missing }) => `denied: ${message}\n  missing: ${JSON.stringify(missing)}`)
    .join("\n");

/** `warmstart status [--json]`: the stacks of the running cloud, and the last IAM denials. */
export const status = async (args: string[]): Promise<void> => {
  const { values } = parseArgs({ args, options: { json: { type: "boolean" } } });
  const state = await admin<CloudStatus>("GET", "/state");
  if (values.json === true) {
    process.stdout.write(`${JSON.stringify(state)}\n`);
    return;
  }
  const { denials } = await admin<{ denials: readonly Denial[] }>("GET", "/denials");
  process.stdout.write(`${describe(state)}\n${denials.length > 0 ? `\n${describeDenials(denials)}\n` : ""}`);
};
