// Tells which services a change concerns. Several writes in a row are one change; changes during a redeploy are one more.
// Folders are watched one by one: a recursive watch on Linux loses a file that an editor saves by renaming.
import { type FSWatcher, readdirSync, watch } from "node:fs";
import { join } from "node:path";
import type { Project } from "./project.ts";

const SETTLE_MS = 120;

const PASSED_OVER = new Set([
  "node_modules",
  ".serverless",
  ".serverless.lock",
  ".esbuild",
  ".turbo",
  "dist",
  "bench",
  "local",
  "test",
]);

/** What is packaged: sources and configuration, not tests and not what packaging itself writes. */
const counts = (file: string): boolean => /\.(ts|json|yml|cjs|js|html|css)$/.test(file) && !file.endsWith(".test.ts");

const foldersIn = (folder: string): readonly string[] => [
  folder,
  ...readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !PASSED_OVER.has(entry.name))
    .flatMap(({ name }) => foldersIn(join(folder, name))),
];

/** Calls back with each counted file in a folder or below it, also in folders that come later. */
export const watchTree = (top: string, onChange: (path: string) => void): (() => void) => {
  const watchers = new Map<string, FSWatcher>();
  const scan = (): void => {
    for (const folder of foldersIn(top)) {
      if (watchers.has(folder)) continue;
      const watcher = watch(folder, (_event, file) => {
        if (file === null) return;
        if (counts(file)) onChange(join(folder, file));
        else if (!PASSED_OVER.has(file)) scan();
      });
      watcher.on("error", () => watchers.delete(folder)); // the folder is gone
      watchers.set(folder, watcher);
    }
  };
  scan();
  return () => {
    for (const watcher of watchers.values()) watcher.close();
  };
};

/** Names of the services that a change concerns, each with the changed files. */
export type Changes = ReadonlyMap<string, ReadonlySet<string>>;

/** Calls `onChange` with what has changed, one call at a time, until the returned function is called. */
export const watchServices = (
  { services, shared }: Project,
  onChange: (changes: Changes) => Promise<void>,
): (() => void) => {
  let changed = new Map<string, Set<string>>();
  let settle: NodeJS.Timeout | undefined;
  let running = Promise.resolve();
  const report = async (): Promise<void> => {
    const changes = changed;
    changed = new Map();
    if (changes.size > 0) await onChange(changes);
  };
  const note =
    (concerned: readonly string[]) =>
    (path: string): void => {
      for (const name of concerned) changed.set(name, (changed.get(name) ?? new Set()).add(path));
      clearTimeout(settle);
      settle = setTimeout(() => {
        running = running.then(report);
      }, SETTLE_MS);
    };
  const closers = [
    ...services.map(({ name, folder }) => watchTree(folder, note([name]))),
    ...(shared?.folders ?? []).map((folder) => watchTree(folder, note(services.map(({ name }) => name)))),
  ];
  return () => {
    clearTimeout(settle);
    for (const close of closers) close();
  };
};
