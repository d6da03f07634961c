// A test of an old package proves nothing: what was packaged must be as new as its sources.
import { existsSync, globSync, statSync } from "node:fs";
import { join } from "node:path";

const SOURCES = ["functions/**/*.ts", "src/**/*.ts", "*.yml", "*.cjs", "package.json"];

/** Throws when `.serverless/` is missing, or older than a source of the service. */
export const assertFresh = (folder: string): void => {
  const state = join(folder, ".serverless/serverless-state.json");
  const command = "package it: npm run package (in its folder), or npm test at the root";
  if (!existsSync(state)) throw new Error(`${folder} is not packaged; ${command}`);
  const packagedAt = statSync(state).mtimeMs;
  const newer = globSync(SOURCES, { cwd: folder }).filter(
    (file) => !file.endsWith(".test.ts") && statSync(join(folder, file)).mtimeMs > packagedAt,
  );
  if (newer.length > 0) throw new Error(`The package of ${folder} is older than ${newer.join(", ")}; ${command}`);
};
