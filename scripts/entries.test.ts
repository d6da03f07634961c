import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "@jest/globals";
import { root } from "./repository.ts";

/** The programs behind `npm start`, `npm test` and the like: each may be the first command on a fresh clone. */
const entries = (): readonly string[] => {
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    scripts: Record<string, string>;
  }; // npm's format
  const programs = Object.values(scripts).flatMap((command) => /scripts\/[\w-]+\.ts/.exec(command)?.[0] ?? []);
  return [...new Set(programs)];
};

/** What a file imports when it is loaded: not types, not `import()`. */
const importsOf = (file: string): readonly string[] =>
  [...readFileSync(join(root, file), "utf8").matchAll(/^(?:import|export) (?!type )[^;]*?from "([^"]+)";/gm)].map(
    ([, specifier = ""]) => specifier,
  );

const loadedBy = (file: string, seen = new Set<string>()): ReadonlySet<string> => {
  for (const specifier of importsOf(file)) {
    const target = specifier.startsWith(".") ? join(dirname(file), specifier) : specifier;
    if (seen.has(target)) continue;
    seen.add(target);
    if (specifier.startsWith(".")) loadedBy(target, seen);
  }
  return seen;
};

test.each(entries())("%s loads no package of this repository before it could build it", (entry) => {
  expect([...loadedBy(entry)].filter((target) => target.startsWith("@warmstart/"))).toEqual([]);
});
