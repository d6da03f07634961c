// A command to try on a service, from the service itself: local/sample.ts.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Service } from "./service.ts";

export interface Deployed {
  readonly endpoint: string;
  readonly url: string;
  readonly outputs: Readonly<Record<string, string>>;
}

interface SampleModule {
  readonly sample: (deployed: Deployed) => Promise<string> | string;
}

export const sampleOf = async ({ folder }: Service, deployed: Deployed): Promise<string> => {
  const path = join(folder, "local/sample.ts");
  if (!existsSync(path)) return `curl -i ${deployed.url}/`;
  const { sample } = (await import(pathToFileURL(path).href)) as SampleModule; // the convention of this file
  return sample(deployed);
};
