// What services bring along to run here, beside the cloud: local/start.ts of a service that calls somebody else.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Service } from "./service.ts";

/** What a deploy of the service is given. */
export interface LocalSettings {
  /** Of the service's template. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** Values by the names of the exports that it imports, where no stack here has them. */
  readonly imports?: Readonly<Record<string, string>>;
}

interface Started extends LocalSettings {
  readonly stop: () => Promise<void>;
}

interface StartModule {
  readonly start: (cloud: { readonly endpoint: string }) => Promise<Started>;
}

export interface LocalPeers {
  /** For every deploy of a service; the first call starts what it brings along. */
  readonly settingsOf: (service: Service) => Promise<LocalSettings>;
  readonly stop: () => Promise<void>;
}

const startOne = async (folder: string, endpoint: string): Promise<Started> => {
  const path = join(folder, "local/start.ts");
  if (!existsSync(path)) return { stop: async () => {} };
  const { start } = (await import(pathToFileURL(path).href)) as StartModule; // the convention of this file
  return start({ endpoint });
};

/** Of the cloud at `endpoint`. A start that failed is tried again at the next deploy. */
export const createLocalPeers = (endpoint: () => string): LocalPeers => {
  const started = new Map<string, Promise<Started>>();
  return {
    settingsOf: async ({ folder }) => {
      const starting = started.get(folder) ?? startOne(folder, endpoint());
      started.set(folder, starting);
      try {
        const { stop: _stop, ...settings } = await starting;
        return settings;
      } catch (error) {
        started.delete(folder);
        throw error;
      }
    },
    stop: async () => {
      for (const starting of started.values()) await (await starting).stop();
      started.clear();
    },
  };
};
