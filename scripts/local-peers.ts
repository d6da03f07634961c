// What services bring along to run here, beside the cloud: services/<name>/local/start.ts of those that call somebody else.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { serviceFolder } from "./repository.ts";

interface Started {
  /** Of the service's template. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly stop: () => Promise<void>;
}

interface StartModule {
  readonly start: (cloud: { readonly endpoint: string }) => Promise<Started>;
}

export interface LocalPeers {
  /** For every deploy of a service; the first call starts what it brings along. */
  readonly parametersOf: (name: string) => Promise<Started["parameters"]>;
  readonly stop: () => Promise<void>;
}

const startOne = async (name: string, endpoint: string): Promise<Started> => {
  const path = join(serviceFolder(name), "local/start.ts");
  if (!existsSync(path)) return { parameters: {}, stop: async () => {} };
  const { start } = (await import(pathToFileURL(path).href)) as StartModule; // the convention of this file
  return start({ endpoint });
};

/** Of the cloud at `endpoint`. A start that failed is tried again at the next deploy. */
export const createLocalPeers = (endpoint: () => string): LocalPeers => {
  const started = new Map<string, Promise<Started>>();
  return {
    parametersOf: async (name) => {
      const starting = started.get(name) ?? startOne(name, endpoint());
      started.set(name, starting);
      try {
        return (await starting).parameters;
      } catch (error) {
        started.delete(name);
        throw error;
      }
    },
    stop: async () => {
      for (const starting of started.values()) await (await starting).stop();
      started.clear();
    },
  };
};
