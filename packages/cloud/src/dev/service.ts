// A service as it lies on disk: a folder with a serverless.yml.
import { existsSync, readFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";

export interface Service {
  /** As serverless.yml says it. */
  readonly name: string;
  /** Absolute. */
  readonly folder: string;
}

/** Throws where there is no serverless.yml. */
export const serviceAt = (path: string): Service => {
  const folder = resolve(path);
  const file = join(folder, "serverless.yml");
  if (!existsSync(file)) throw new Error(`there is no serverless.yml in ${folder}; say which folder is a service`);
  const [, name = basename(folder)] = /^service: *["']?([\w-]+)/m.exec(readFileSync(file, "utf8")) ?? [];
  return { name, folder };
};
