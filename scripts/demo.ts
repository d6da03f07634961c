// npm run demo [-- <service>…] [-- --photo <file>]: drives each service on real input as a user would.
// Uses the running cloud, or a temporary one. Exit status 0 only when every step's result was checked and right.
// Nothing here imports a package: on a fresh clone they are built by the first step.
import { statSync } from "node:fs";
import { parseArgs } from "node:util";
import { buildPackages, packagingErrors } from "./package-services.ts";

const USAGE = "npm run demo -- [image-resizer] [url-shortener] [--photo <file>]";

/** The command line, or what is wrong with it. */
const readArguments = (): { names: readonly string[]; photo: string | undefined } | string => {
  try {
    const { values, positionals } = parseArgs({ allowPositionals: true, options: { photo: { type: "string" } } });
    const { photo } = values;
    if (photo !== undefined && !statSync(photo, { throwIfNoEntry: false })?.isFile())
      return `There is no file ${photo}`;
    return { names: positionals, photo };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
};

const main = async (): Promise<number> => {
  const wanted = readArguments();
  if (typeof wanted === "string") {
    process.stderr.write(`${wanted}\n${USAGE}\n`);
    return 2;
  }
  const built = await buildPackages();
  if (built.status !== 0) {
    process.stderr.write(`${packagingErrors(built.output)}\n`);
    return 1;
  }
  const { runDemos } = await import("./demo/run-demos.ts");
  return runDemos(wanted.names, wanted.photo);
};

process.exitCode = await main();
