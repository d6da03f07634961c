// The files of a service on their way into another project.
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, extname, join } from "node:path";
import { root } from "../repository.ts";
import { type Ejection, isSingle, lacksUsers } from "./plan.ts";
import { projectReadme } from "./project-readme.ts";
import { relocated, withoutUsers } from "./relocate.ts";
import { prefixed, renamed } from "./rename.ts";

/** What is made anew there, or only this repository has a use for. */
const LEFT_OUT = new Set([
  "node_modules",
  ".serverless",
  ".serverless.lock",
  ".esbuild",
  ".turbo",
  "dist",
  "bench",
  "coverage",
]);

/** Of a service's own folder: settings.ts makes these, and a project without users gets that. */
const NOT_COPIED = new Set(["package.json", "tsconfig.json", "local/own-pool.ts", "local/own-pool.test.ts"]);

const TEXTS = new Set([".ts", ".cjs", ".mjs", ".js", ".json", ".yml", ".md", ".html", ".local", ".txt"]);

/** Recorded answers and SEG-Y's own texts are data, whatever they say. */
const isText = (path: string): boolean => TEXTS.has(extname(path)) && !path.includes("/recorded/");

/** Paths from the repository's root. */
const filesIn = (folder: string): readonly string[] =>
  readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (LEFT_OUT.has(entry.name)) return [];
    return entry.isDirectory() ? filesIn(path) : [path];
  });

/** A text of the repository with the paths and names that are right in the project. */
export const placed = (text: string, plan: Ejection, service: string): string => {
  const there = isSingle(plan) ? relocated(text, service) : text;
  if (plan.name === plan.original) return there;
  return isSingle(plan) ? renamed(there, plan.original, plan.name) : prefixed(there, plan.services, plan.name);
};

const textOf = (path: string, service: string, plan: Ejection): string => {
  const about = { isSingle: isSingle(plan), lacksUsers: lacksUsers(plan) };
  let text = readFileSync(join(root, path), "utf8");
  if (basename(path) === "README.md") text = projectReadme(text, about);
  if (about.lacksUsers && path === `services/${service}/serverless.yml`) text = withoutUsers(text);
  return placed(text, plan, service);
};

export interface CopyOptions {
  readonly plan: Ejection;
  /** The project. */
  readonly folder: string;
  readonly service: string;
}

/** Writes one file of the repository to a place in the project. */
const copyFile = (path: string, to: string, { plan, folder, service }: CopyOptions): void => {
  const target = join(folder, to);
  mkdirSync(dirname(target), { recursive: true });
  if (isText(path)) writeFileSync(target, textOf(path, service, plan));
  else copyFileSync(join(root, path), target);
};

/** Writes the service and its events into the project. */
export const copyService = (options: CopyOptions): void => {
  const { plan, service } = options;
  for (const path of [...filesIn(`services/${service}`), ...filesIn(`events/${service}`)]) {
    const [parent = "", , ...rest] = path.split("/");
    if (NOT_COPIED.has(rest.join("/"))) continue;
    const single = parent === "events" ? ["events", ...rest] : rest;
    copyFile(path, isSingle(plan) ? single.join("/") : path, options);
  }
};

/** For a service that takes the tokens of users: a pool of its own on the stage `local`, and the way to sign in. */
const PEOPLE = {
  "services/users/local/own-pool.ts": "local/start.ts",
  "services/users/local/people.ts": "local/people.ts",
  "services/users/scripts/sign-in.ts": "scripts/sign-in.ts",
};

export const copyPeople = (options: CopyOptions): void => {
  for (const [path, to] of Object.entries(PEOPLE)) copyFile(path, to, options);
};
