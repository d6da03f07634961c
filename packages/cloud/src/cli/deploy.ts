import { resolve } from "node:path";
import { parseArgs } from "node:util";
import type { Deployment } from "../admin/deploy.ts";
import { admin } from "./client.ts";
import { atMost, UsageError } from "./usage.ts";

/** `warmstart deploy <folder>`: deploys the `.serverless/` of a packaged service into the running cloud. */
export const deploy = async (args: string[]): Promise<void> => {
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options: { json: { type: "boolean" } } });
  const [folder] = atMost(1, positionals);
  if (folder === undefined) throw new UsageError("which folder? warmstart deploy services/<name>");
  const deployment = await admin<Deployment>("POST", "/deploy", { folder: resolve(folder) });
  if (values.json === true) {
    process.stdout.write(`${JSON.stringify(deployment)}\n`);
    return;
  }
  const { stackName, status, changed, outputs, inert } = deployment;
  process.stdout.write(`${stackName}: ${changed ? status : "no changes"}\n`);
  for (const [name, value] of Object.entries(outputs)) process.stdout.write(`  ${name}: ${value}\n`);
  if (inert.length > 0) process.stdout.write(`  without effect here: ${inert.join(", ")}\n`);
};
