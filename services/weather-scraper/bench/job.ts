// One job in a process of its own: `node --expose-gc bench/job.ts <job> <providers' url>` prints its figures as JSON.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Location, readConfig } from "../src/config.ts";
import { daysOf } from "../src/daily.ts";
import { fetchLocation } from "../src/fetch-location.ts";
import { politeFetch } from "../src/polite-fetch.ts";
import { readBody } from "../src/read-body.ts";
import { memoryStore, RUN } from "./memory-store.ts";
import { createMetrics, noLog } from "../test/quiet.ts";

export type Figures = Readonly<Record<string, number>>;

const MEGABYTE = 1024 ** 2;
const london = { name: "London", lat: 51.5, lon: -0.1, timeZone: "Europe/London", providers: ["met"] };
/** Places on a grid, each with requests of its own. */
const places = (count: number): readonly object[] =>
  Array.from({ length: count }, (_none, at) => ({
    ...london,
    id: `place-${at}`,
    lat: -60 + (at % 120),
    lon: -170 + (at % 340),
  }));

const open = (base: string, locations: readonly object[]) => {
  const config = readConfig({ contact: "bench@example.org", rps: { met: 10 }, locations }, "bench");
  const store = memoryStore();
  const polite = politeFetch({ userAgent: `warmstart-weather/0.1.0 ${config.contact}` });
  // The pace is for people's servers; this one is ours.
  const asking = { base, rps: { met: 1e6, nws: 1e6, "open-meteo": 1e6 }, politeFetch: polite };
  const fetchOne = async ({ id }: Location): Promise<void> => {
    const ports = {
      config,
      store,
      asking: { ...asking, signal: AbortSignal.timeout(60_000) },
      keepRaw: async () => {},
    };
    await fetchLocation({ ...ports, metrics: createMetrics(), log: noLog }, { runId: RUN, locationId: id });
  };
  const night = async (): Promise<number> => {
    const started = performance.now();
    for (const location of config.locations) await fetchOne(location);
    return performance.now() - started;
  };
  return { config, store, fetchOne, night };
};

/** Bytes of all answers from here on, headers and bodies as sent. */
const countBytes = (): (() => number) => {
  const plain = globalThis.fetch;
  let bytes = 0;
  globalThis.fetch = async (...request) => {
    const response = await plain(...request);
    for (const [name, value] of response.headers) bytes += name.length + value.length + ": \r\n".length;
    bytes += Number(response.headers.get("content-length") ?? 0);
    return response;
  };
  return () => bytes;
};

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

const timed = (run: () => unknown, rounds: number): number =>
  median(
    Array.from({ length: rounds }, () => {
      const started = performance.now();
      run();
      return performance.now() - started;
    }),
  );

const heapMb = (): number => {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed / MEGABYTE;
};
const peakMb = (): number => process.resourceUsage().maxRSS / 1024;

const jobs: Readonly<Record<string, (base: string) => Promise<Figures>>> = {
  normalise: async () => {
    const recording = join(import.meta.dirname, "../local/recorded/metno/lat40.7lon-74.0altitude10_compact.json");
    const body = JSON.stringify((JSON.parse(readFileSync(recording, "utf8")) as { data: unknown }).data); // as it was wrapped
    const normalise = (): unknown => daysOf(readBody("met", body).steps, "America/New_York");
    for (let warm = 0; warm < 300; warm++) normalise();
    return { parseMs: timed(() => JSON.parse(body) as unknown, 301), normaliseMs: timed(normalise, 301) };
  },
  nights: async (base) => {
    const { night, store } = open(base, places(200));
    await night(); // the server and this process warm up
    store.forget();
    const bytes = countBytes();
    const bodiesMs = await night();
    const bodiesBytes = bytes();
    store.expire();
    const unchangedMs = await night();
    return { bodiesMs, unchangedMs, bodiesBytes, unchangedBytes: bytes() - bodiesBytes };
  },
  heap: async (base) => {
    const { config, fetchOne } = open(base, places(1000));
    let firstMb = 0;
    for (const [at, location] of config.locations.entries()) {
      if (at === 100) firstMb = heapMb();
      await fetchOne(location);
    }
    return { firstMb, lastMb: heapMb() };
  },
  hostile: async (base) => {
    const { config, fetchOne } = open(base, places(40));
    const [last, ...others] = config.locations.toReversed();
    for (const location of others) await fetchOne(location);
    const before = peakMb();
    const script = [{ path: "/met/*", effect: JSON.parse(process.argv[4] ?? "{}") as unknown }];
    await fetch(new URL("/_script", base), { method: "POST", body: JSON.stringify(script) });
    if (last !== undefined) await fetchOne(last);
    return { moreMb: peakMb() - before };
  },
};

const main = async ([job = "", base = ""]: readonly string[]): Promise<Figures> => {
  const run = jobs[job];
  if (run === undefined) throw new TypeError(`There is no job ${job}; there are ${Object.keys(jobs).join(", ")}`);
  return run(base);
};

void main(process.argv.slice(2)).then((figures) => process.stdout.write(JSON.stringify(figures)));
