// Where the repository lists its services: the references of tsconfig.json, and npm's lock.
import { readFileSync } from "node:fs";
import { join } from "node:path";

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

/** What the lists say with a service whose folder is there. */
export const registered = (root: string, name: string): readonly Changed[] => [
  referred(root, name),
  locked(root, `services/${name}`),
];
