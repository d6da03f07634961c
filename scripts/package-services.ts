// Builds the packages, and packages services, with turbo.
import { type Finished, run } from "./command.ts";

// The source, because the packages are built by what stands below.
export { packagingErrors } from "../packages/cloud/src/dev/packaging.ts";

/** Builds the packages alone, for what needs no service. */
export const buildPackages = (): Promise<Finished> => packageServices([]);

/** Builds the packages and packages these services as for stage `local`; turbo skips what did not change. */
export const packageServices = (names: readonly string[], show = false): Promise<Finished> => {
  const filters = names.map((name) => `--filter=@warmstart/${name}`);
  const packages = ["cloud", "middleware", "testing"].map((name) => `--filter=@warmstart/${name}`);
  const args = ["run", "build", "package", ...filters, ...packages, "--output-logs=errors-only", "--log-prefix=none"];
  return run("turbo", args, { show, env: { TURBO_TELEMETRY_DISABLED: "1", DO_NOT_TRACK: "1" } });
};
