// Tells which service changed. Several writes in a row are one change; changes during a redeploy are one more after it.
import { type FSWatcher, watch } from "node:fs";
import { serviceFolder } from "../repository.ts";

const SETTLE_MS = 120;

/** What is packaged: sources and configuration, not what packaging itself writes. */
const counts = (file: string): boolean =>
  /(^|\/)[^/]+\.(ts|json|yml|cjs|js)$/.test(file) &&
  !/(^|\/)(node_modules|\.serverless|\.esbuild|\.turbo|dist|bench|local|test)(\/|$)|\.test\.ts$/.test(file);

const watchOne = (name: string, onChange: () => Promise<void>): FSWatcher => {
  let settle: NodeJS.Timeout | undefined;
  let running = Promise.resolve();
  const schedule = (): void => {
    clearTimeout(settle);
    settle = setTimeout(() => {
      running = running.then(onChange);
    }, SETTLE_MS);
  };
  return watch(serviceFolder(name), { recursive: true }, (_event, file) => {
    if (file !== null && counts(file)) schedule();
  });
};

/** Calls `onChange` with the name of each service whose sources change, until the returned function is called. */
export const watchServices = (names: readonly string[], onChange: (name: string) => Promise<void>): (() => void) => {
  const watchers = names.map((name) => watchOne(name, () => onChange(name)));
  return () => {
    for (const watcher of watchers) watcher.close();
  };
};
