// The lock file of an ejected project: the very versions that are tested here, without asking a registry for them.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "../command.ts";
import { root } from "../repository.ts";
import type { Ejection } from "./plan.ts";

interface Lock {
  readonly packages: Readonly<Record<string, object>>;
}

/** Where an entry of the root's lock stands in the project's; undefined for what is not in it. */
const placeOf = (path: string, services: readonly string[]): string | undefined => {
  if (path.startsWith("node_modules/@warmstart/")) return undefined; // links to the workspace
  if (path.startsWith("node_modules/")) return path;
  const [, parent = "", name = "", rest = ""] = /^(packages|services)\/([^/]+)\/(node_modules\/.+)$/.exec(path) ?? [];
  if (parent === "packages") return `node_modules/@warmstart/${name}/${rest}`;
  if (parent !== "services" || !services.includes(name)) return undefined;
  return services.length === 1 ? rest : path;
};

/** A first lock for npm to start from: it keeps the versions that it finds there, and drops what nothing needs. */
const seed = ({ services }: Ejection): object => {
  const { packages, ...rest } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as Lock; // npm's format
  const entries = Object.entries(packages).flatMap(([path, entry]) => {
    const place = placeOf(path, services);
    return place === undefined ? [] : [[place, entry] as const];
  });
  // A service's own versions go over the root's.
  return { ...rest, packages: Object.fromEntries(entries) };
};

/** Writes package-lock.json beside the package.json of this folder. Throws what npm says when it cannot. */
export const writeLock = async (plan: Ejection, folder: string): Promise<void> => {
  writeFileSync(join(folder, "package-lock.json"), `${JSON.stringify(seed(plan), null, 2)}\n`);
  const args = ["install", "--package-lock-only", "--ignore-scripts", "--no-audit", "--no-fund"];
  const offline = await run("npm", [...args, "--offline"], { cwd: folder });
  if (offline.status === 0) return;
  // What npm's cache lacks comes from the registry.
  const online = await run("npm", args, { cwd: folder });
  if (online.status !== 0) throw new Error(`npm could not write the lock file:\n${online.output}`);
};
