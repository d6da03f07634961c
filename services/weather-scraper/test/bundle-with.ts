// The functions of the package with another locations.json inside, for tests that need other places or another operator.
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build as options } from "@warmstart/deploy/esbuild";
import { build, type Plugin } from "esbuild";

const service = join(import.meta.dirname, "..");

const answering = (config: object): Plugin => ({
  name: "locations",
  setup: (building) => {
    building.onLoad({ filter: /\/locations\.json$/ }, () => ({ contents: JSON.stringify(config), loader: "json" }));
  },
});

interface State {
  readonly service: {
    readonly functions: Readonly<Record<string, { readonly handler: string; readonly name: string }>>;
  };
}

export interface Bundled {
  readonly functionName: string;
  /** Holds the bundle under its path in the zip. */
  readonly folder: string;
}

/** Builds as packaging does; answers the functions that read the file. */
export const bundleWith = async (config: object): Promise<readonly Bundled[]> => {
  const state = readFileSync(join(service, ".serverless/serverless-state.json"), "utf8");
  const { functions } = (JSON.parse(state) as State).service; // osls's own file
  const names = new Map(Object.values(functions).map(({ handler, name }) => [handler.replace(/\.\w+$/, ""), name]));
  const built = await build({
    ...options,
    entryPoints: [...names.keys()].map((path) => `${path}.ts`),
    absWorkingDir: service,
    outbase: service,
    outdir: service,
    metafile: true,
    write: false,
    plugins: [answering(config)],
  });
  const readers = Object.entries(built.metafile.outputs).filter(([, { inputs }]) => "locations.json" in inputs);
  const scratch = mkdtempSync(join(tmpdir(), "warmstart-weather-"));
  return readers.flatMap(([output]) => {
    const functionName = names.get(output.replace(/\.js$/, ""));
    const file = built.outputFiles.find(({ path }) => path === join(service, output));
    if (functionName === undefined || file === undefined) return [];
    const folder = join(scratch, functionName);
    mkdirSync(join(folder, "functions"), { recursive: true });
    writeFileSync(join(folder, output), file.contents);
    return [{ functionName, folder }];
  });
};
