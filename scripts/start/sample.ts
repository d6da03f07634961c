// A command to try on a service, from the service itself: services/<name>/local/sample.ts.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { serviceFolder } from "../repository.ts";

export interface Deployed {
  readonly endpoint: string;
  readonly url: string;
  readonly outputs: Readonly<Record<string, string>>;
}

interface SampleModule {
  readonly sample: (deployed: Deployed) => Promise<string> | string;
}

export const sampleOf = async (name: string, deployed: Deployed): Promise<string> => {
  const path = join(serviceFolder(name), "local/sample.ts");
  if (!existsSync(path)) return `curl -i ${deployed.url}/`;
  const { sample } = (await import(pathToFileURL(path).href)) as SampleModule; // the convention of this file
  return sample(deployed);
};
