import { type Finished, run } from "./command.ts";

/** Builds the packages alone, for what needs no service. */
export const buildPackages = (): Promise<Finished> => packageServices([]);

/** Builds the packages and packages these services as for stage `local`; turbo skips what did not change. */
export const packageServices = (names: readonly string[], show = false): Promise<Finished> => {
  const filters = names.map((name) => `--filter=@warmstart/${name}`);
  const packages = ["cloud", "middleware", "testing"].map((name) => `--filter=@warmstart/${name}`);
  const args = ["run", "build", "package", ...filters, ...packages, "--output-logs=errors-only", "--log-prefix=none"];
  return run("turbo", args, { show, env: { TURBO_TELEMETRY_DISABLED: "1", DO_NOT_TRACK: "1" } });
};

/**
 * What went wrong, out of all that turbo, npm, osls and esbuild print about it: esbuild's errors with file and line, each
 * once, or osls's message, or else everything.
 */
export const packagingErrors = (output: string): string => {
  const blocks = output.match(/^✘ \[ERROR\].*\n(?:\n|[ \t].*\n)*/gm) ?? [];
  if (blocks.length > 0) return [...new Set(blocks.map((block) => block.trimEnd()))].join("\n\n");
  // osls prints "Error:" and the message; what follows is stack, npm and turbo.
  const message = /^Error:\n([\s\S]*?)(?=^\s+at |^npm |^@warmstart|(?![\s\S]))/m.exec(output)?.[1]?.trim();
  return message || output;
};
