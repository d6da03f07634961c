import type { CloudStatus } from "../admin/status.ts";
import { admin } from "./client.ts";
import { atMost, UsageError } from "./usage.ts";

/** `warmstart url <service>`: the address of its HTTP API, for scripts: `curl $(npx warmstart url url-shortener)/`. */
export const url = async (args: string[]): Promise<void> => {
  const [service] = atMost(1, args);
  if (service === undefined) throw new UsageError("which service? warmstart url <service>");
  const { services } = await admin<CloudStatus>("GET", "/state");
  const address = services[service]?.url;
  if (address === undefined) {
    throw new Error(`${service} has no HTTP API here; deployed are: ${Object.keys(services).join(", ") || "none"}`);
  }
  process.stdout.write(`${address}\n`);
};
