// What a forecast costs to read, what politeness saves, and what hostile answers cost, each in a process of its own.
import type { BenchRow, BenchTable } from "@warmstart/testing/bench";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Effect } from "../local/faults.ts";
import { startProviderServer } from "../local/provider-server.ts";
import type { Figures } from "./job.ts";

const ROUNDS = 5;

const jobOf = async (job: string, url: string, effect?: Effect): Promise<Figures> => {
  const program = [
    "--expose-gc",
    "--disable-warning=MODULE_TYPELESS_PACKAGE_JSON",
    join(import.meta.dirname, "job.ts"),
  ];
  const { stdout } = await promisify(execFile)(process.execPath, [...program, job, url, JSON.stringify(effect ?? {})]);
  return JSON.parse(stdout) as Figures; // what job.ts prints
};

/** The round in the middle, by the ratio of two figures. */
const middle = (
  rounds: readonly Figures[],
  above: string,
  below: string,
): { readonly ratio: number; readonly round: Figures } => {
  const ratios = rounds.map((round) => ({ ratio: (round[above] ?? NaN) / (round[below] ?? NaN), round }));
  const found = ratios.toSorted((a, b) => a.ratio - b.ratio)[Math.floor(ratios.length / 2)];
  if (found === undefined) throw new Error("no round was run");
  return found;
};

const ms = (value = NaN): string => `${value.toFixed(2)} ms`;
const mb = (value = NaN): string => `${value.toFixed(1)} MB`;

const atMost = (name: string, { value, ratio, most }: { value: string; ratio: number; most: number }): BenchRow => ({
  name,
  value,
  ratio,
  target: `≤ ${most.toFixed(2)}`,
  ok: ratio <= most,
});

const repeated = async (job: string, url: string): Promise<readonly Figures[]> => {
  const rounds: Figures[] = [];
  for (let round = 0; round < ROUNDS; round++) rounds.push(await jobOf(job, url));
  return rounds;
};

const readingRows = async (url: string): Promise<readonly BenchRow[]> => {
  const { ratio, round } = middle(await repeated("normalise", url), "normaliseMs", "parseMs");
  return [
    { name: "JSON.parse of a MET body", value: ms(round["parseMs"]), ratio: 1, ok: true },
    atMost("read, checked, by days", { value: ms(round["normaliseMs"]), ratio, most: 8 }),
  ];
};

const nightRows = async (url: string): Promise<readonly BenchRow[]> => {
  const rounds = await repeated("nights", url);
  const time = middle(rounds, "unchangedMs", "bodiesMs");
  const bytes = middle(rounds, "unchangedBytes", "bodiesBytes");
  return [
    { name: "200 locations, all new", value: ms(time.round["bodiesMs"]), ratio: 1, ok: true },
    atMost("200 locations, all 304: time", { value: ms(time.round["unchangedMs"]), ratio: time.ratio, most: 1 / 3 }),
    atMost("200 locations, all 304: bytes", {
      value: `${Math.round((bytes.round["unchangedBytes"] ?? NaN) / 1024)} KB`,
      ratio: bytes.ratio,
      most: 1 / 10,
    }),
  ];
};

const BLANKS: Effect = { kind: "large", megabytes: 3.99, gzip: false };
const BOMB: Effect = { kind: "large", megabytes: 1024, gzip: true };

/** A hostile script stays with its server, so each has one of its own. */
const withServer = async (job: string, effect?: Effect): Promise<Figures> => {
  const server = await startProviderServer({ now: Date.now });
  try {
    return await jobOf(job, server.url, effect);
  } finally {
    await server.close();
  }
};

const memoryRows = async (): Promise<readonly BenchRow[]> => {
  const heap = await withServer("heap");
  const most = 4 * 5;
  const hostile = async (name: string, effect: Effect): Promise<BenchRow> => {
    const { moreMb = NaN } = await withServer("hostile", effect);
    return { name, value: mb(moreMb), target: `≤ ${most} MB`, ok: moreMb <= most };
  };
  return [
    { name: "heap after 100 locations", value: mb(heap["firstMb"]), ratio: 1, ok: true },
    atMost("heap after 1,000", {
      value: mb(heap["lastMb"]),
      ratio: (heap["lastMb"] ?? NaN) / (heap["firstMb"] ?? NaN),
      most: 1.3,
    }),
    await hostile("a hostile body of 4 MB: more memory at the peak", BLANKS),
    await hostile("a gzip bomb of 1 GB: more memory at the peak", BOMB),
  ];
};

export const run = async (): Promise<BenchTable> => {
  const server = await startProviderServer({ now: Date.now });
  try {
    const rows = [...(await readingRows(server.url)), ...(await nightRows(server.url)), ...(await memoryRows())];
    return { title: "weather-scraper: a forecast, a night, and what hostile answers cost", rows };
  } finally {
    await server.close();
  }
};
