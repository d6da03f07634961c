// New code for a running function without packaging: its bundle is built as packaging builds it, with the options of the
// service's own esbuild.config.cjs, and only functions whose bundle changed get new code.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { type BuildFailure, type BuildOptions, context, formatMessages } from "esbuild";
import { serviceFolder } from "../repository.ts";

interface State {
  readonly service: {
    readonly functions: Readonly<Record<string, { readonly handler: string; readonly name: string }>>;
  };
}

/** Functions by the bundle that they share: `functions/link` has those of `link.get`, `link.list`… */
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
    ...build
  } = config({
    config: { serviceDir: folder },
    service: { provider: { architecture: process.arch, stage: "local" } },
    processedInput: { commands: ["invoke"], options: { stage: "local" } },
  });
  return build;
};

export interface HotReload {
  /** Builds again; answers the functions whose code is new, each with the folder of its changed files. Throws ReloadError. */
  readonly build: () => Promise<readonly { readonly functionName: string; readonly folder: string }[]>;
  readonly dispose: () => Promise<void>;
}

/** The sources do not compile; the message has file and line. */
export class ReloadError extends Error {}

const asReloadError = async (error: unknown): Promise<unknown> => {
  if (!(error instanceof Error) || !("errors" in error)) return error;
  const { errors } = error as BuildFailure; // esbuild's failures carry errors
  return new ReloadError((await formatMessages(errors, { kind: "error", terminalWidth: 80 })).join("\n").trimEnd());
};

/** Prepares a packaged service; the first `build` tells what differs from nothing, so call it once before watching. */
export const createHotReload = async (name: string): Promise<HotReload> => {
  const folder = serviceFolder(name);
  const scratch = mkdtempSync(join(tmpdir(), `warmstart-${name}-`));
  const bundles = bundlesOf(folder);
  const bundler = await context({
    ...optionsOf(folder),
    absWorkingDir: folder,
    entryPoints: [...bundles.keys()].map((bundle) => `${bundle}.ts`),
    outbase: folder,
    outdir: scratch,
    write: false,
    logLevel: "silent",
  });
  const seen = new Map<string, string>();
  return {
    build: async () => {
      const { outputFiles } = await bundler.rebuild().catch(async (error: unknown) => {
        throw await asReloadError(error);
      });
      const changed: { functionName: string; folder: string }[] = [];
      for (const { path, contents, hash } of outputFiles) {
        const file = relative(scratch, path);
        if (seen.get(file) === hash) continue;
        seen.set(file, hash);
        const bundle = file.replace(/\.js$/, "");
        const own = join(scratch, "changed", bundle.replaceAll("/", "-"));
        mkdirSync(dirname(join(own, file)), { recursive: true });
        writeFileSync(join(own, file), contents);
        for (const functionName of bundles.get(bundle) ?? []) changed.push({ functionName, folder: own });
      }
      return changed;
    },
    dispose: async () => {
      await bundler.dispose();
      rmSync(scratch, { recursive: true, force: true });
    },
  };
};
