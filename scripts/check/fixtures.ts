// Every function can be tried: events/<service>/ holds at least one event for it, named <function>-<case>.json.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../repository.ts";
import { functionNames } from "./template.ts";

const kebab = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** Fixtures of a function, as paths from the root. Of two functions that fit, the longer name has the file. */
export const fixturesOf = (service: string, functionName: string): readonly string[] => {
  const folder = join(root, "events", service);
  if (!existsSync(folder)) return [];
  const all = functionNames(service)
    .map(kebab)
    .toSorted((a, b) => b.length - a.length);
  return readdirSync(folder)
    .filter((file) => file.endsWith(".json") && all.find((name) => file.startsWith(`${name}-`)) === kebab(functionName))
    .map((file) => `events/${service}/${file}`);
};

const isJson = (path: string): boolean => {
  try {
    JSON.parse(readFileSync(join(root, path), "utf8"));
    return true;
  } catch {
    return false;
  }
};

export const checkFixtures = (service: string): readonly string[] => {
  const names = functionNames(service);
  const owned = new Set(names.flatMap((name) => fixturesOf(service, name)));
  const folder = join(root, "events", service);
  const files = existsSync(folder) ? readdirSync(folder).map((file) => `events/${service}/${file}`) : [];
  return [
    ...names
      .filter((name) => fixturesOf(service, name).length === 0)
      .map((name) => `events/${service}/ has no event for ${name}: add ${kebab(name)}-<case>.json`),
    ...files
      .filter((file) => !owned.has(file))
      .map((file) => `${file} belongs to no function: name it <function>-<case>.json`),
    ...files.filter((file) => !isJson(file)).map((file) => `${file} is not JSON`),
  ];
};
