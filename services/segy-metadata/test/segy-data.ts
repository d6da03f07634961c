// Real files and damaged ones that are not part of this repository: tests read them where they are, and skip without them.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const data = process.env["WARMSTART_DATA"] ?? join(import.meta.dirname, "../../../../shared/data");
export const segyData = join(data, "segy");

/** A table of expected answers; empty when the folder is absent. Its README has the format. */
export const expectedIn = <T>(path: string): readonly (readonly [string, T])[] => {
  const table = join(segyData, path);
  return existsSync(table) ? Object.entries(JSON.parse(readFileSync(table, "utf8")) as Record<string, T>) : [];
};

export const readData = (name: string): Buffer => readFileSync(join(segyData, name));
