// An empty project outside of this repository, with the packages from their tarballs.
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, delimiter, dirname, join, relative } from "node:path";
import { run } from "../command.ts";
import { packBuilt } from "../pack-packages.ts";
import { root } from "../repository.ts";

/** What the project asks for by itself. */
const OWN = [
  "@aws-sdk/client-s3",
  "@jest/globals",
  "@types/node",
  "esbuild",
  "jest",
  "osls",
  "serverless-esbuild",
  "typescript",
  "valibot",
];

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly exports?: Readonly<Record<string, unknown>>;
  readonly bin?: string | Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
}

/** The package.json of a folder. */
export const manifestOf = (folder: string): Manifest =>
  JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest; // npm's format

const required = ({ dependencies, peerDependencies, peerDependenciesMeta }: Manifest): readonly string[] => [
  ...Object.keys(dependencies ?? {}),
  ...Object.keys(peerDependencies ?? {}).filter((name) => peerDependenciesMeta?.[name]?.optional !== true),
];

const linkBins = (modules: string, name: string): void => {
  const folder = join(modules, name);
  const { bin = {} } = manifestOf(folder);
  for (const [command, file] of Object.entries(typeof bin === "string" ? { [basename(name)]: bin } : bin)) {
    const program = join(folder, file);
    symlinkSync(relative(join(modules, ".bin"), program), join(modules, ".bin", command));
    chmodSync(realpathSync(program), 0o755);
  }
};

const link = (modules: string, name: string): void => {
  const target = join(modules, name);
  if (existsSync(target)) return;
  mkdirSync(dirname(target), { recursive: true });
  symlinkSync(join(root, "node_modules", name), target);
  linkBins(modules, name);
};

const unpack = (modules: string, name: string, tarball: string): Manifest => {
  const folder = join(modules, name);
  mkdirSync(folder, { recursive: true });
  execFileSync("tar", ["-xzf", tarball, "-C", folder, "--strip-components=1"]);
  linkBins(modules, name);
  return manifestOf(folder);
};

/**
 * What npm would install, without npm: the packages are unpacked; of what others made only that is there which the
 * project or a package asks for, so an import that no package.json names fails.
 */
const unpackAndLink = (project: string, tarballs: Readonly<Record<string, string>>): void => {
  const modules = join(project, "node_modules");
  mkdirSync(join(modules, ".bin"), { recursive: true });
  const manifests = Object.entries(tarballs).map(([name, tarball]) => unpack(modules, name, tarball));
  for (const name of [...OWN, ...manifests.flatMap(required)]) link(modules, name);
};

const install = async (project: string): Promise<void> => {
  const args = ["install", "--prefer-offline", "--no-audit", "--no-fund", "--loglevel=error"];
  const { status, output } = await run("npm", args, { cwd: project });
  if (status !== 0) throw new Error(`npm install of the tarballs failed:\n${output}`);
};

/** Makes the project in this folder; with `install`, npm fetches what others made from its cache or registry. */
export const makeProject = async (folder: string, options: { readonly install: boolean }): Promise<string> => {
  const tarballs = await packBuilt(folder);
  const project = join(folder, "outside");
  cpSync(join(import.meta.dirname, "project"), project, { recursive: true });
  const functions = join(project, "hello/functions");
  for (const name of ["greet-test.ts", "plain-test.mjs"])
    renameSync(join(functions, name), join(functions, name.replace("-test", ".test")));
  const versions = OWN.map((name) => [name, manifestOf(join(root, "node_modules", name)).version]);
  const files = Object.entries(tarballs).map(([name, tarball]) => [name, `file:${tarball}`]);
  const devDependencies = Object.fromEntries([...versions, ...files]) as Record<string, string>; // pairs of strings
  writeFileSync(join(project, "package.json"), JSON.stringify({ name: "outside", private: true, devDependencies }));
  writeFileSync(join(project, "hello/package.json"), JSON.stringify({ name: "hello", private: true }));
  await (options.install ? install(project) : unpackAndLink(project, tarballs));
  return project;
};

/**
 * As in a shell of somebody who has Node and this project: nothing of the workspace or of the test run around, but for the
 * cache of compiled modules, which only saves time.
 */
export const environmentOf = (project: string): NodeJS.ProcessEnv => {
  const own = Object.entries(process.env).filter(
    ([name]) => !/^(?:AWS_|JEST_|NODE_(?!COMPILE_CACHE)|WARMSTART_|npm_)/.test(name),
  );
  const system = (process.env["PATH"] ?? "").split(delimiter).filter((path) => !path.startsWith(root));
  const path = [join(project, "node_modules/.bin"), dirname(process.execPath), ...system];
  return { ...Object.fromEntries(own), PATH: path.join(delimiter) };
};
