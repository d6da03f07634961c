// Where things are in this repository.
import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";

export const root = dirname(import.meta.dirname);

/** Folder names in services/. */
export const services = (): readonly string[] =>
  readdirSync(join(root, "services")).filter((name) => existsSync(join(root, "services", name, "serverless.yml")));

export const serviceFolder = (name: string): string => join(root, "services", name);
