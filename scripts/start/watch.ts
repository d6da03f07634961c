// Tells which services a change concerns. Several writes in a row are one change; changes during a redeploy are one more.
// Folders are watched one by one: a recursive watch on Linux loses a file that an editor saves by renaming.
import { type FSWatcher, readdirSync, watch } from "node:fs";
import { join } from "node:path";
import { root, serviceFolder } from "../repository.ts";

const SETTLE_MS = 120;

const PASSED_OVER = new Set(["node_modules", ".serverless", ".esbuild", ".turbo", "dist", "bench", "local", "test"]);

/** What is packaged: sources and configuration, not tests and not what packaging itself writes. */
const counts = (file: string): boolean => /\.(ts|json|yml|cjs|js)$/.test(file) && !file.endsWith(".test.ts");

const foldersIn = (folder: string): readonly string[] => [
  folder,
  ...readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !PASSED_OVER.has(entry.name))
    .flatMap(({ name }) => foldersIn(join(folder, name))),
];

/** Calls back for each counted file in a folder or below it, also in folders that come later. */
export const watchTree = (top: string, onChange: () => void): (() => void) => {
  const watchers = new Map<string, FSWatcher>();
  const scan = (): void => {
    for (const folder of foldersIn(top)) {
      if (watchers.has(folder)) continue;
      const watcher = watch(folder, (_event, file) => {
        if (file === null) return;
        if (counts(file)) onChange();
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

/** Packages whose code ends up in every service. */
const SHARED = ["packages/middleware/src", "packages/deploy/src"];

/** Calls `onChange` with the services that a change concerns, one call at a time, until the returned function is called. */
export const watchServices = (
  names: readonly string[],
  onChange: (names: readonly string[]) => Promise<void>,
): (() => void) => {
  const changed = new Set<string>();
  let settle: NodeJS.Timeout | undefined;
  let running = Promise.resolve();
  const report = async (): Promise<void> => {
    const concerned = [...changed];
    changed.clear();
    if (concerned.length > 0) await onChange(concerned);
  };
  const note = (concerned: readonly string[]) => (): void => {
    for (const name of concerned) changed.add(name);
    clearTimeout(settle);
    settle = setTimeout(() => {
      running = running.then(report);
    }, SETTLE_MS);
  };
  const closers = [
    ...names.map((name) => watchTree(serviceFolder(name), note([name]))),
    ...SHARED.map((folder) => watchTree(join(root, folder), note(names))),
  ];
  return () => {
    clearTimeout(settle);
    for (const close of closers) close();
  };
};
