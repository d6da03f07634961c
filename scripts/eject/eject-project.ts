// Writes the project beside its place, and moves it there when it is whole: a failure leaves nothing behind.
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  rmdirSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { run } from "../command.ts";
import { packPackages } from "../pack-packages.ts";
import { root } from "../repository.ts";
import { copyPeople, copyService, placed } from "./copy-service.ts";
import { writeLock } from "./lock.ts";
import { projectNotice } from "./notice.ts";
import { type Ejection, isSingle, lacksUsers } from "./plan.ts";
import { storeReadme } from "./project-readme.ts";
import { lintConfig, packageJson, tsConfigs, workspaceJson } from "./settings.ts";

type Say = (line: string) => void;

/** Taken as they are. */
const SAME = [".editorconfig", ".npmrc", ".nvmrc", ".prettierrc.json", "LICENSE"];

const FILES = join(import.meta.dirname, "files");

const versionOf = (name: string): string => {
  const manifest = readFileSync(join(root, name.replace("@warmstart", "packages"), "package.json"), "utf8");
  return (JSON.parse(manifest) as { version: string }).version; // npm's format
};

/** Where each of @warmstart/* is taken from: its tarball in vendor/, or the registry. */
const bringPackages = async ({ isPublished }: Ejection, folder: string): Promise<Readonly<Record<string, string>>> => {
  const vendor = join(folder, "vendor");
  mkdirSync(vendor);
  const packed = await packPackages(vendor);
  if (!isPublished)
    return Object.fromEntries(Object.entries(packed).map(([name, file]) => [name, `file:vendor/${basename(file)}`]));
  rmSync(vendor, { recursive: true });
  return Object.fromEntries(Object.keys(packed).map((name) => [name, `^${versionOf(name)}`]));
};

const writeSettings = (plan: Ejection, folder: string, packages: Readonly<Record<string, string>>): void => {
  const json = (path: string, value: object): void => writeFileSync(join(folder, path), JSON.stringify(value, null, 2));
  json("package.json", packageJson(plan, packages));
  json(".oxlintrc.json", lintConfig());
  for (const [path, config] of Object.entries(tsConfigs(plan))) json(path, config);
  if (!isSingle(plan)) {
    for (const service of plan.services) json(`services/${service}/package.json`, workspaceJson(plan, service));
    writeFileSync(
      join(folder, "jest.config.js"),
      'module.exports = { projects: ["services/*"], testTimeout: 30_000 };\n',
    );
    writeFileSync(join(folder, "README.md"), storeReadme(plan.name, plan.services));
  }
};

const writeFrame = (plan: Ejection, folder: string): void => {
  cpSync(join(FILES, ".github"), join(folder, ".github"), { recursive: true });
  cpSync(join(FILES, "gitignore"), join(folder, ".gitignore"));
  for (const name of SAME) cpSync(join(root, name), join(folder, name));
  const notice = projectNotice(readFileSync(join(root, "NOTICE"), "utf8"), plan.services);
  writeFileSync(join(folder, "NOTICE"), placed(notice, plan, plan.services[0] ?? ""));
  const unformatted = [
    ".serverless/",
    ".esbuild/",
    ".warmstart/",
    "vendor/",
    "events/",
    "package-lock.json",
    "**/recorded/",
  ];
  writeFileSync(join(folder, ".prettierignore"), `${unformatted.join("\n")}\n`);
};

/** Under a new name some events are other bytes: checksums of bodies, compressed log lines. Their factories make them anew. */
const remakeEvents = async (plan: Ejection, folder: string): Promise<void> => {
  for (const service of plan.services) {
    const cwd = isSingle(plan) ? folder : join(folder, "services", service);
    const made = await run(process.execPath, ["test/events.ts"], { cwd });
    if (made.status !== 0) throw new Error(`The events of ${service} could not be made:\n${made.output}`);
  }
};

/** Other names make other line lengths. */
const formatAll = async (folder: string): Promise<void> => {
  const { status, output } = await run("prettier", ["--write", "--log-level=warn", "."], { cwd: folder });
  if (status !== 0) throw new Error(`The project could not be formatted:\n${output}`);
};

const writeProject = async (plan: Ejection, folder: string, say: Say): Promise<void> => {
  for (const service of plan.services) copyService({ plan, folder, service });
  if (lacksUsers(plan)) copyPeople({ plan, folder, service: plan.services[0] ?? "" });
  writeFrame(plan, folder);
  const modules = join(folder, "node_modules"); // what remakes and formats stands in the installed ones
  symlinkSync(join(root, "node_modules"), modules);
  if (plan.name !== plan.original) await remakeEvents(plan, folder);
  say("Packing the packages it stands on …");
  const packages = await bringPackages(plan, folder);
  writeSettings(plan, folder, packages);
  await formatAll(folder);
  rmSync(modules);
  say("Writing its lock file …");
  await writeLock(plan, folder);
};

/** Writes the project that was planned. Throws an Error, and has then written nothing. */
export const ejectProject = async (plan: Ejection, say: Say): Promise<void> => {
  const { folder, name } = plan;
  mkdirSync(dirname(folder), { recursive: true });
  const draft = mkdtempSync(join(dirname(folder), `.${basename(folder)}-`));
  try {
    await writeProject(plan, draft, say);
    chmodSync(draft, 0o755); // as if it had been made by hand
    if (existsSync(folder)) rmdirSync(folder);
    renameSync(draft, folder);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    throw error;
  }
  say(
    `\n${name} is in ${folder}. There:\n  npm install\n  npm start\n  npm test\n  npm run deploy -- --stage prod   # see README.md`,
  );
};
