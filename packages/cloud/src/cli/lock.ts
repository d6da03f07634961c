// One cloud per state folder: `.warmstart/lock.json` names the process that has it.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { removeTree } from "../store/remove-tree.ts";

export interface Lock {
  readonly pid: number;
  /** Start time of the process in clock ticks, as the kernel tells it: a reused pid has another. */
  readonly startedAt: string;
  readonly port: number;
}

/** The nearest `.warmstart` upwards; else the one to make beside the nearest package-lock.json, or here. */
export const stateFolder = (): string => {
  const upwards: string[] = [];
  for (let folder = resolve("."); ; folder = dirname(folder)) {
    upwards.push(folder);
    if (folder === dirname(folder)) break;
  }
  const root =
    upwards.find((folder) => existsSync(join(folder, ".warmstart"))) ??
    upwards.find((folder) => existsSync(join(folder, "package-lock.json"))) ??
    resolve(".");
  return join(root, ".warmstart");
};

const LOCK = "lock.json";
const lockFile = (): string => join(stateFolder(), LOCK);

/** Field 22 of /proc/<pid>/stat; empty where there is no /proc, and then the pid alone decides. */
const startOf = (pid: number): string => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
  } catch {
    return "";
  }
};

const isAlive = (lock: Lock): boolean => {
  try {
    process.kill(lock.pid, 0);
    return startOf(lock.pid) === lock.startedAt;
  } catch {
    return false;
  }
};

/** The lock of a living cloud; a dead one's does not count. */
export const readLock = (): Lock | undefined => {
  if (!existsSync(lockFile())) return undefined;
  try {
    const lock = JSON.parse(readFileSync(lockFile(), "utf8")) as Lock; // written below
    return isAlive(lock) ? lock : undefined;
  } catch {
    return undefined; // half-written by a process that died
  }
};

/** Fails when a living cloud has the folder. The last word has the store, whose lock the kernel keeps. */
export const refuseSecond = (): void => {
  const other = readLock();
  if (other === undefined || other.pid === process.pid) return;
  throw new Error(
    `a cloud already runs on this folder (pid ${other.pid}, port ${other.port}); \`npx warmstart down\` stops it`,
  );
};

/** Writes that this process has the folder and the port. Answers how to give it back. */
export const writeLock = (port: number): (() => void) => {
  mkdirSync(stateFolder(), { recursive: true });
  const lock: Lock = { pid: process.pid, startedAt: startOf(process.pid), port };
  writeFileSync(lockFile(), JSON.stringify(lock));
  return () => rmSync(lockFile(), { force: true });
};

/** Removes everything in the state folder but the lock, which says that its process lives. */
export const emptyState = (folder: string): void => {
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder)) {
    if (name !== LOCK) removeTree(join(folder, name));
  }
};
