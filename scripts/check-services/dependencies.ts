// What ships is free of licences that bind whoever copies it, and stands on few packages.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../repository.ts";

/** Direct dependencies of the embedded AWS. */
const MOST_OF_CLOUD = 12;

/** GPL and AGPL; LGPL is allowed where NOTICE names it as a separate, replaceable library. */
const BINDING = /(?:^|[^L])A?GPL/i;
const REPLACEABLE = /^node_modules\/@img\/sharp-(?:libvips|win32|wasm32)/;

interface Locked {
  readonly license?: string;
  readonly dev?: boolean;
  readonly link?: boolean;
}

interface Lock {
  readonly packages: Readonly<Record<string, Locked>>;
}

const readJson = (path: string): unknown => JSON.parse(readFileSync(join(root, path), "utf8"));

const checkLicences = (): readonly string[] => {
  const { packages } = readJson("package-lock.json") as Lock; // npm's own format
  return Object.entries(packages)
    .filter(([path, { dev, link }]) => path.startsWith("node_modules/") && dev !== true && link !== true)
    .flatMap(([path, { license = "" }]) => {
      if (BINDING.test(license)) return [`${path} is under ${license}; what ships must not be`];
      if (license.includes("LGPL") && !REPLACEABLE.test(path)) return [`${path} is under ${license}; see NOTICE`];
      return [];
    });
};

export const checkDependencies = (): readonly string[] => {
  const { dependencies = {} } = readJson("packages/cloud/package.json") as { dependencies?: Record<string, string> }; // npm's own format
  const count = Object.keys(dependencies).length;
  return [
    ...checkLicences(),
    ...(count > MOST_OF_CLOUD ? [`packages/cloud has ${count} dependencies; ${MOST_OF_CLOUD} is the most`] : []),
  ];
};
