// npm run spike [-- --files 200]: uploads that many SEG-Y files within seconds, draws what the cloud makes of it, and proves
// that nothing was lost. Uses the running cloud, or a temporary one.
// Nothing here imports a package: on a fresh clone they are built by the first step.
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { buildPackages, packagingErrors } from "./package-services.ts";
import { root } from "./repository.ts";

const USAGE = `npm run spike -- [options]
  --files <n>          files to upload (200)
  --seconds <n>        uploads are spread over so many seconds (5)
  --duplicates <n>     share of the events that come twice, 0 to 1 (0)
  --svg <file>         where the graph goes (bench/results/spike.svg)
  --json               the result as JSON, and nothing else`;

const text = { type: "string" } as const;

const numberIn = (given: string, [name, least, most]: readonly [string, number, number]): number => {
  const value = Number(given);
  if (given !== "" && value >= least && value <= most) return value;
  throw new Error(`--${name} takes a number from ${least} to ${most}, not ${given}`);
};

/** The command line, or what is wrong with it. */
const readArguments = () => {
  try {
    const options = { files: text, seconds: text, duplicates: text, svg: text, json: { type: "boolean" } } as const;
    const { files = "200", seconds = "5", duplicates = "0", svg, json = false } = parseArgs({ options }).values;
    return {
      files: Math.round(numberIn(files, ["files", 1, 5_000])),
      seconds: numberIn(seconds, ["seconds", 0, 3_600]),
      duplicates: numberIn(duplicates, ["duplicates", 0, 1]),
      svg: svg === undefined ? join(root, "bench/results/spike.svg") : resolve(svg),
      json,
    };
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
  const { runSpike } = await import("./spike/run-spike.ts");
  return runSpike(wanted);
};

process.exitCode = await main();
