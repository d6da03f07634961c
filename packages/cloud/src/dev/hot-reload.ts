// New code for a running function without packaging: its bundle is built as packaging builds it, with the options of the
// service's own esbuild.config.cjs, and only functions whose bundle changed get new code.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import {
  build,
  type BuildContext,
  type BuildFailure,
  type BuildOptions,
  type BuildResult,
  context,
  formatMessages,
} from "esbuild";
import { ReloadError } from "./reload-error.ts";
import type { Service } from "./service.ts";

/** Up to so many bundles are built one by one, with what esbuild remembers of each. */
const FEW = 3;

interface State {
  readonly service: {
    readonly functions: Readonly<Record<string, { readonly handler: string; readonly name: string }>>;
  };
}

/** Functions by the bundle that they share: `functions/links` has those of `links.get`, `links.list`… */
const bundlesOf = (folder: string): ReadonlyMap<string, readonly string[]> => {
  const text = readFileSync(join(folder, ".serverless/serverless-state.json"), "utf8");
  const { service } = JSON.parse(text) as State; // osls's own file
  const bundles = new Map<string, string[]>();
  for (const { handler, name } of Object.values(service.functions)) {
    const bundle = handler.slice(0, handler.lastIndexOf("."));
    bundles.set(bundle, [...(bundles.get(bundle) ?? []), name]);
  }
  return bundles;
};

type EsbuildConfig = (serverless: object) => BuildOptions & { packager?: unknown; packagePath?: unknown };

/** What packaging gives esbuild, without the keys that are serverless-esbuild's own. */
const optionsOf = (folder: string): BuildOptions => {
  const config = createRequire(join(folder, "package.json"))("./esbuild.config.cjs") as EsbuildConfig; // by convention
  const {
    packager: _packager,
    packagePath: _path,
    ...options
  } = config({
    config: { serviceDir: folder },
    service: { provider: { architecture: process.arch, stage: "local" } },
    processedInput: { commands: ["invoke"], options: { stage: "local" } },
  });
  return options;
};

export interface NewCode {
  readonly functionName: string;
  /** Holds the changed file of the bundle, under its path in the zip. */
  readonly folder: string;
}

export interface HotReload {
  /** Builds what depends on these files, all without any; answers the functions whose code is new. Throws ReloadError. */
  readonly build: (files?: ReadonlySet<string>) => Promise<readonly NewCode[]>;
  readonly dispose: () => Promise<void>;
}

const asReloadError = async (error: unknown): Promise<unknown> => {
  if (!(error instanceof Error) || !("errors" in error)) return error;
  const { errors } = error as BuildFailure; // esbuild's failures carry errors
  return new ReloadError((await formatMessages(errors, { kind: "error", terminalWidth: 80 })).join("\n").trimEnd());
};

/** A bundle between builds: what went into it, and what came out. */
interface Bundle {
  readonly path: string;
  readonly functions: readonly string[];
  inputs: ReadonlySet<string>;
  contents: string;
  /** Builds this bundle alone; made when it is first needed. */
  bundler?: Promise<BuildContext<Settings>>;
}

interface Settings extends BuildOptions {
  readonly metafile: true;
  readonly write: false;
}

type Built = BuildResult<Settings>;

/** Keeps what a build gave for a bundle; answers whether it is new. */
const keep = (bundle: Bundle, { metafile, outputFiles }: Built, folder: string): boolean => {
  const file = outputFiles.find(({ path }) => path.endsWith(`/${bundle.path}.js`));
  const output = Object.entries(metafile.outputs).find(([path]) => path.endsWith(`${bundle.path}.js`))?.[1];
  bundle.inputs = new Set(Object.keys(output?.inputs ?? {}).map((input) => resolve(folder, input)));
  if (file === undefined || file.text === bundle.contents) return false;
  bundle.contents = file.text;
  return true;
};

const isConcerned = ({ inputs }: Bundle, files: ReadonlySet<string> | undefined): boolean =>
  files === undefined || inputs.size === 0 || [...files].some((file) => inputs.has(file));

/** Prepares a packaged service; the first `build` tells what differs from nothing, so call it once before watching. */
export const createHotReload = ({ name, folder }: Service): HotReload => {
  const scratch = mkdtempSync(join(tmpdir(), `warmstart-${name}-`));
  const settings: Settings = {
    ...optionsOf(folder),
    absWorkingDir: folder,
    outbase: folder,
    outdir: scratch,
    metafile: true,
    write: false,
    logLevel: "silent",
  };
  const bundles = [...bundlesOf(folder)].map(([path, functions]): Bundle => ({
    path,
    functions,
    inputs: new Set(),
    contents: "",
  }));
  const newCode = (bundle: Bundle): readonly NewCode[] => {
    const own = join(scratch, bundle.path.replaceAll("/", "-"));
    const file = join(own, `${bundle.path}.js`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, bundle.contents);
    return bundle.functions.map((functionName) => ({ functionName, folder: own }));
  };
  /** All in one go shares the parsing; one alone is quicker when a few are concerned. */
  const buildAll = async (): Promise<readonly NewCode[]> => {
    const built = await build({ ...settings, entryPoints: bundles.map(({ path }) => `${path}.ts`) });
    return bundles.filter((bundle) => keep(bundle, built, folder)).flatMap(newCode);
  };
  const buildOne = async (bundle: Bundle): Promise<readonly NewCode[]> => {
    bundle.bundler ??= context({ ...settings, entryPoints: [`${bundle.path}.ts`] });
    const built = await (await bundle.bundler).rebuild();
    return keep(bundle, built, folder) ? newCode(bundle) : [];
  };
  return {
    build: async (files) => {
      const concerned = bundles.filter((bundle) => isConcerned(bundle, files));
      try {
        if (concerned.length > FEW) return await buildAll();
        const changed: NewCode[] = [];
        for (const bundle of concerned) changed.push(...(await buildOne(bundle)));
        return changed;
      } catch (error) {
        throw await asReloadError(error);
      }
    },
    dispose: async () => {
      for (const { bundler } of bundles) await (await bundler)?.dispose();
      rmSync(scratch, { recursive: true, force: true });
    },
  };
};
