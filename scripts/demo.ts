// npm run demo [-- <service>…] [-- --photo <file>] [-- --megabytes <n>]: drives each service on real input as a user would.
// Uses the running cloud, or a temporary one. Exit status 0 only when every step's result was checked and right.
// Nothing here imports a package: on a fresh clone they are built by the first step.
import { statSync } from "node:fs";
import { parseArgs } from "node:util";
import type { DemoOptions } from "./demo/steps.ts";
import { buildPackages, packagingErrors } from "./package-services.ts";

const USAGE =
  "npm run demo -- [image-resizer] [orders] [segy-metadata] [text-to-speech] [url-shortener] [weather-scraper] [--photo <file>] [--megabytes <n>]";

/** The command line, or what is wrong with it. */
const readArguments = (): { names: readonly string[]; options: DemoOptions } | string => {
  try {
    const known = { photo: { type: "string" }, megabytes: { type: "string" } } as const;
    const { values, positionals } = parseArgs({ allowPositionals: true, options: known });
    const { photo } = values;
    const megabytes = values.megabytes === undefined ? undefined : Number(values.megabytes);
    if (megabytes !== undefined && !(megabytes >= 1 && megabytes <= 5000))
      return `A form takes 1 to 5000 megabytes, not ${values.megabytes}`;
    if (photo !== undefined && !statSync(photo, { throwIfNoEntry: false })?.isFile())
      return `There is no file ${photo}`;
    return { names: positionals, options: { photo, megabytes } };
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
  return runDemos(wanted.names, wanted.options);
};

process.exitCode = await main();
