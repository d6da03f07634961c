// Where the repository lists its services: the references of tsconfig.json, npm's lock, the table in README.md.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { codeLinesIn, withRow } from "../services-table.ts";
import type { Kind, Wanted } from "./refusal.ts";

/** A file with its new text. */
export interface Changed {
  readonly path: string;
  readonly before: string;
  readonly after: string;
}

const changed = (path: string, change: (text: string) => string): Changed => {
  const before = readFileSync(path, "utf8");
  return { path, before, after: change(before) };
};

const SERVICE = /^ *\{ "path": "services\/(.+)" \},\n/gm;

/** A service that tsconfig.json does not name is never type-checked. A line of text, so that the file stays as it is. */
const referred = (root: string, name: string): Changed =>
  changed(join(root, "tsconfig.json"), (text) => {
    const line = `    { "path": "services/${name}" },\n`;
    const later = [...text.matchAll(SERVICE)].find(([, other = ""]) => other > name);
    const at = later?.index ?? text.search(/ *\{ "path": "scripts" \}/);
    if (at === -1) throw new Error('tsconfig.json has no reference { "path": "scripts" }, before which services stand');
    return text.slice(0, at) + line + text.slice(at);
  });

interface Lock {
  readonly packages: Readonly<Record<string, object>>;
}

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly dependencies: object;
  readonly devDependencies: object;
}

/** As npm writes it, so that the next install links the workspace and changes nothing else. */
const locked = (root: string, folder: string): Changed => {
  const manifest = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8")) as Manifest; // a template's
  const { name, version, dependencies, devDependencies } = manifest;
  return changed(join(root, "package-lock.json"), (text) => {
    const lock = JSON.parse(text) as Lock; // npm's format
    const packages = {
      ...lock.packages,
      [`node_modules/${name}`]: { resolved: folder, link: true },
      [folder]: { name, version, dependencies, devDependencies },
    };
    const inOrder = Object.entries(packages).toSorted(([a], [b]) => a.localeCompare(b, "en"));
    return `${JSON.stringify({ ...lock, packages: Object.fromEntries(inOrder) }, undefined, 2)}\n`;
  });
};

const STARTS_BY: Readonly<Record<Kind, string>> = {
  http: "HTTP",
  queue: "queue",
  schedule: "schedule",
  object: "S3 upload",
};

const PARTS: Readonly<Record<Kind, string>> = {
  http: "HTTP API with IAM, DynamoDB",
  queue: "SQS with DLQ, DynamoDB",
  schedule: "Scheduler, DynamoDB",
  object: "S3 with versions, SQS with DLQ, DynamoDB",
};

/** A row of README.md; what the service does is how the first sentence of its own README begins. */
const introduced = (root: string, { name, kind }: Wanted): Changed =>
  changed(join(root, "README.md"), (text) => {
    const folder = join(root, "services", name);
    const sentence = readFileSync(join(folder, "README.md"), "utf8").split("\n")[2] ?? name;
    const what = (/^[^:.]+/.exec(sentence)?.[0] ?? name).replace(/^[A-Z]/, (letter) => letter.toLowerCase());
    return withRow(text, { name, what, startsBy: STARTS_BY[kind], parts: PARTS[kind], lines: codeLinesIn(folder) });
  });

/** What the lists say with a service whose folder is there. */
export const registered = (root: string, wanted: Wanted): readonly Changed[] => [
  referred(root, wanted.name),
  locked(root, `services/${wanted.name}`),
  introduced(root, wanted),
];
