// Real files and damaged ones that are not part of this repository: WARMSTART_DATA names the folder that holds segy/; tests
// skip without it.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

export const segyData = join(process.env["WARMSTART_DATA"] ?? "no-data", "segy");

/** A table of expected answers; empty when the folder is absent. */
export const expectedIn = (path: string): Readonly<Record<string, unknown>> => {
  const table = join(segyData, path);
  return existsSync(table) ? (JSON.parse(readFileSync(table, "utf8")) as Record<string, unknown>) : {}; // its README has the format
};

export const readData = (name: string): Buffer => readFileSync(join(segyData, name));
