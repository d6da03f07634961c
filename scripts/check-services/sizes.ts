// Source files stay readable: medians and limits of the house style, per package and service.
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root, serviceFolder, services as serviceNames } from "../repository.ts";
import { codeLinesIn } from "../services-table.ts";

const LONGEST_FILE_LINES = 300;
const P95_LINES = 200;
/** Lines of code, without blank lines and comments. */
const LARGEST_SERVICE_LINES = 1500;
/** A service whose subject is larger than a service: docs/decisions has the reason. It may only go down. */
const LARGER_SUBJECTS: Readonly<Record<string, number>> = {
  "segy-metadata": 4800,
  products: 1850,
  "text-to-speech": 2510,
  "weather-scraper": 2090,
};
/** The first plan was 15,000; fourteen services took twice that, a Polly that speaks 2,000 more. It may only go down. */
const LARGEST_CLOUD_LINES = 30_900;

const sources = (pattern: string): readonly string[] =>
  globSync(pattern, { cwd: root, exclude: (path) => /node_modules|\.serverless|\.esbuild|dist/.test(path) }).filter(
    (path) => !/\.(test|d|fixture)\.ts$|\/(test|bench|local|scripts)\//.test(path),
  );

const linesOf = (path: string): number => readFileSync(join(root, path), "utf8").split("\n").length - 1;

const codeLinesOf = (path: string): number =>
  readFileSync(join(root, path), "utf8")
    .split("\n")
    .filter((line) => !/^\s*(\/\/|\/?\*|$)/.test(line)).length;

const percentile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? 0;

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

// `dev` packages, deploys and watches; it is no part of the embedded AWS.
const isCloud = (path: string): boolean => path.startsWith("packages/cloud/") && !path.includes("/src/dev/");

export const checkSizes = (): readonly string[] => {
  const packages = sources("packages/*/src/**/*.ts");
  const services = sources("services/*/{src,functions}/**/*.ts");
  const all = [...packages, ...services, ...sources("scripts/**/*.ts")];
  const tooLong = all
    .filter((path) => linesOf(path) > LONGEST_FILE_LINES)
    .map((path) => `${path} has ${linesOf(path)} lines; over ${LONGEST_FILE_LINES} it wants to be two files`);
  const p95 = percentile(all.map(linesOf), 0.95);
  const tooLarge = serviceNames().flatMap((name) => {
    const lines = codeLinesIn(serviceFolder(name));
    const most = LARGER_SUBJECTS[name] ?? LARGEST_SERVICE_LINES;
    return lines > most ? [`services/${name} has ${lines} lines of code; ${most} is the most`] : [];
  });
  const cloud = sum(packages.filter(isCloud).map(codeLinesOf));
  return [
    ...tooLong,
    ...(p95 > P95_LINES ? [`19 of 20 source files must have at most ${P95_LINES} lines; now ${p95}`] : []),
    ...tooLarge,
    ...(cloud > LARGEST_CLOUD_LINES
      ? [`packages/cloud has ${cloud} lines of code; ${LARGEST_CLOUD_LINES} is the most`]
      : []),
  ];
};
