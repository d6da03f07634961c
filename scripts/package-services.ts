import { type Finished, run } from "./command.ts";

/** Builds the packages and packages these services as for stage `local`; turbo skips what did not change. */
export const packageServices = (names: readonly string[], show = false): Promise<Finished> => {
  const filters = names.map((name) => `--filter=@warmstart/${name}`);
  const packages = ["cloud", "testing"].map((name) => `--filter=@warmstart/${name}`);
  const args = ["run", "build", "package", ...filters, ...packages, "--output-logs=errors-only", "--log-prefix=none"];
  return run("turbo", args, { show, env: { TURBO_TELEMETRY_DISABLED: "1", DO_NOT_TRACK: "1" } });
};

/**
 * What went wrong, out of all that turbo, npm, osls and esbuild print about it: esbuild's errors with file and line, each
 * once, or else everything.
 */
export const packagingErrors = (output: string): string => {
  const blocks = output.match(/^✘ \[ERROR\].*\n(?:\n|[ \t].*\n)*/gm) ?? [];
  return blocks.length > 0 ? [...new Set(blocks.map((block) => block.trimEnd()))].join("\n\n") : output;
};
