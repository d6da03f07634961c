// Services are alike where they need not differ, so whoever has read one has read the frame of all.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { KINDS } from "../new/refusal.ts";
import { root, serviceFolder } from "../repository.ts";

const IDENTICAL = ["tsconfig.json", "jest.config.js", "host.cjs", ".env.local"];
const HEADINGS = ["what it does", "run", "try", "change", "deploy", "what it costs"];

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

const read = (path: string): string => (existsSync(path) ? readFileSync(path, "utf8") : "");

const checkIdentical = (names: readonly string[]): readonly string[] =>
  IDENTICAL.flatMap((file) => {
    const model = read(join(root, "templates/frame", file));
    const different = names.filter((name) => read(join(serviceFolder(name), file)) !== model);
    return different.map((name) => `services/${name}/${file} differs from templates/frame/${file}`);
  });

/** A dependency has one version range in the whole repository. */
const checkRanges = (names: readonly string[]): readonly string[] => {
  const packages = ["cloud", "middleware", "testing", "deploy"].map((name) => `packages/${name}`);
  const folders = [".", ...packages, ...KINDS.map((kind) => `templates/${kind}`)];
  const used = [...folders, ...names.map((name) => `services/${name}`)].flatMap((folder) => {
    const manifest = JSON.parse(read(join(root, folder, "package.json"))) as Manifest; // npm's format
    const ranges = { ...manifest.dependencies, ...manifest.devDependencies };
    return Object.entries(ranges).map(([dependency, range]) => ({ folder, dependency, range }));
  });
  return [...Map.groupBy(used, ({ dependency }) => dependency)].flatMap(([dependency, uses]) => {
    const ranges = new Set(uses.map(({ range }) => range));
    return ranges.size > 1
      ? [`${dependency} has several ranges: ${uses.map(({ folder, range }) => `${range} in ${folder}`).join(", ")}`]
      : [];
  });
};

/** A service that tsconfig.json does not name is never type-checked. */
const checkTypeChecked = (name: string): readonly string[] =>
  read(join(root, "tsconfig.json")).includes(`"services/${name}"`)
    ? []
    : [`services/${name} is not type-checked; add { "path": "services/${name}" } to the references of tsconfig.json`];

const checkReadme = (name: string): readonly string[] => {
  const headings = [...read(join(serviceFolder(name), "README.md")).matchAll(/^## (.+)$/gm)].map(([, title = ""]) =>
    title.toLowerCase(),
  );
  const expected = HEADINGS.join(" · ");
  return headings.join(" · ") === expected
    ? []
    : [`services/${name}/README.md must have the headings ${expected}; it has ${headings.join(" · ")}`];
};

export const checkSameness = (names: readonly string[]): readonly string[] => [
  ...checkIdentical(names),
  ...checkRanges(names),
  ...names.flatMap(checkReadme),
  ...names.flatMap(checkTypeChecked),
];
