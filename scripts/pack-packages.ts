// The packages as npm would publish them: a tarball each.
import { existsSync, globSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { run } from "./command.ts";
import { buildPackages } from "./package-services.ts";
import { root } from "./repository.ts";

interface Manifest {
  readonly name: string;
  readonly version: string;
}

const manifests = (): readonly Manifest[] =>
  globSync("packages/*/package.json", { cwd: root })
    .toSorted()
    .map((file) => JSON.parse(readFileSync(join(root, file), "utf8")) as Manifest); // npm's format

/** As npm names it: `@warmstart/cloud` becomes warmstart-cloud-0.1.0.tgz. */
const fileOf = ({ name, version }: Manifest): string => `${name.replace("@", "").replace("/", "-")}-${version}.tgz`;

/** tsc leaves in dist/ what sources that are gone were compiled to, and npm would publish it. */
const removeOrphans = (): void => {
  for (const file of globSync("packages/*/dist/**/*.{js,d.ts}", { cwd: root })) {
    const source = file.replace("/dist/", "/src/").replace(/\.(?:js|d\.ts)$/, ".ts");
    if (!existsSync(join(root, source))) rmSync(join(root, file), { force: true });
  }
};

/** Packs what is built into this folder; the absolute file of each package by its name. */
export const packBuilt = async (folder: string): Promise<Readonly<Record<string, string>>> => {
  removeOrphans();
  const packages = manifests();
  const workspaces = packages.map(({ name }) => `--workspace=${name}`);
  const options = ["--ignore-scripts", "--pack-destination", folder];
  const { status, output } = await run("npm", ["pack", ...workspaces, ...options]);
  if (status !== 0) throw new Error(`npm pack failed:\n${output}`);
  return Object.fromEntries(packages.map((manifest) => [manifest.name, join(folder, fileOf(manifest))]));
};

/** Builds the packages and packs them into this folder, which exists. */
export const packPackages = async (folder: string): Promise<Readonly<Record<string, string>>> => {
  const { status, output } = await buildPackages();
  if (status !== 0) throw new Error(`The packages do not build:\n${output}`);
  return packBuilt(folder);
};
