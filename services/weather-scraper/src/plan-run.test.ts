// What a plan sends, whenever it is called: with the runs in memory.
import { describe, expect, jest, test } from "@jest/globals";
import { createLog, type Metrics } from "@warmstart/middleware";
import { assert, asyncProperty, constantFrom, date as anyDate, infiniteStream, integer } from "fast-check";
import { readConfig } from "./config.ts";
import type { RunStore } from "./forecast-store.ts";
import { type Delayed, planRun } from "./plan-run.ts";
import type { Result, Run, RunId } from "./runs.ts";
import { dayBounds, instantOf, localDate } from "./zone.ts";

const isFull = process.env["WARMSTART_FULL"] === "1";

const quiet: Metrics = { add: () => {}, by: () => quiet };
const log = createLog({}, { level: "ERROR" });

const configOf = (count: number) =>
  readConfig(
    {
      contact: "weather@example.org",
      locations: Array.from({ length: count }, (_, at) => ({
        id: `place-${at}`,
        name: "Place",
        lat: 0,
        lon: 0,
        timeZone: "UTC",
      })),
    },
    "prod",
  );

/** As src/dynamo-runs.ts; whatever is sent is fetched at once. */
const memory = (outcome: Result["outcome"] = "ok") => {
  const runs = new Map<RunId, Run>();
  const sent: Delayed[] = [];
  const put = (runId: RunId, result: Result): void => {
    const run = runs.get(runId);
    if (run === undefined) throw new Error(`${runId} was not opened`);
    const others = run.results.filter(({ locationId }) => locationId !== result.locationId);
    runs.set(runId, { ...run, results: [...others, result] });
  };
  const store: RunStore = {
    open: async (runId, planned, plannedAt) => {
      const run = runs.get(runId) ?? { runId, planned, plannedAt, results: [] };
      runs.set(runId, run);
      return run;
    },
    setResult: async (runId, result) => put(runId, result),
    httpStates: async () => new Map(),
  };
  const send = async (tasks: readonly Delayed[]): Promise<void> => {
    sent.push(...tasks);
    for (const { task } of tasks) put(task.runId, { locationId: task.locationId, outcome, fallback: false });
  };
  return { runs, sent, store, send };
};

type Memory = ReturnType<typeof memory>;

interface When {
  readonly at: number;
  readonly zone?: string;
  readonly random?: () => number;
}

/** Of so many places. */
const plan = ({ store, send }: Memory, count: number, { at, zone = "UTC", ...random }: When): Promise<void> =>
  planRun(
    { config: configOf(count), runs: store, send, metrics: quiet, log },
    { time: new Date(at).toISOString(), zone, spreadSeconds: 900, ...random },
  );

const NIGHT = Date.parse("2026-01-16T02:07:00Z");
const SWEEP = Date.parse("2026-01-16T03:37:00Z");

describe("the delays of a plan", () => {
  test("are each within a share of the spread, whatever chance says", async () => {
    const random = constantFrom(0, 0.5, 1 - Number.EPSILON);
    await assert(
      asyncProperty(integer({ min: 1, max: 200 }), infiniteStream(random), async (count, stream) => {
        const m = memory();
        await plan(m, count, { at: NIGHT, random: () => stream.next().value ?? 0 });
        const delays = m.sent.map(({ delaySeconds }) => delaySeconds);
        expect(delays).toHaveLength(count);
        for (const [at, delay] of delays.entries()) {
          expect(delay).toBeGreaterThan((at / count) * 900 - 1.001); // a whole second, and what floats lose
          expect(delay).toBeLessThan(((at + 1) / count) * 900 + 0.001);
          expect(Number.isInteger(delay) && delay >= 0 && delay <= 900).toBe(true); // SQS takes no other
        }
      }),
      { seed: 6, numRuns: isFull ? 60 : 8 },
    );
  });
});

describe("what a second plan of the same night sends", () => {
  test("nothing, when all is there", async () => {
    for (const outcome of ["ok", "unchanged"] as const) {
      const m = memory(outcome);
      await plan(m, 3, { at: NIGHT });
      await plan(m, 3, { at: SWEEP });
      expect(m.sent).toHaveLength(3);
    }
  });

  test("what has failed, to be tried once: its first task is a dead letter by then", async () => {
    const m = memory("failed");
    await plan(m, 2, { at: NIGHT });
    await plan(m, 2, { at: SWEEP });
    expect(m.sent.map(({ task }) => task.again)).toEqual([undefined, undefined, true, true]);
  });

  test("what was added to the file in between", async () => {
    const m = memory();
    await plan(m, 2, { at: NIGHT });
    await plan(m, 3, { at: SWEEP });
    expect(m.sent.map(({ task }) => task.locationId)).toEqual(["place-0", "place-1", "place-2"]);
  });
});

test("places whose providers do not want to hear of us before the spread is over are skipped, and said to be", async () => {
  jest.useFakeTimers({ now: NIGHT, doNotFake: ["nextTick", "queueMicrotask", "setImmediate"] });
  try {
    const m = memory();
    const states = (seconds: number) => ({ met: { failures: 1, nextAllowedAt: NIGHT + seconds * 1000 } });
    const [soon, late] = configOf(2).locations.map(({ id }) => id);
    const httpStates: RunStore["httpStates"] = async () =>
      new Map([
        [soon, states(900)],
        [late, states(901)],
      ] as never);
    await plan({ ...m, store: { ...m.store, httpStates } }, 2, { at: NIGHT });
    expect(m.sent.map(({ task }) => task.locationId)).toEqual([soon]);
    const [run] = m.runs.values();
    expect(run?.results).toContainEqual({ locationId: late, outcome: "skipped", fallback: false, reason: "no provider may be asked yet" }); // prettier-ignore
  } finally {
    jest.useRealTimers();
  }
});

/** What Scheduler fires in these days: a time that a day does not have is skipped, one it has twice comes once. */
const firings = (zone: string, from: number, days: number): readonly (readonly [date: string, at: number])[] => {
  const all: [string, number][] = [];
  let date = localDate(from, zone);
  for (let day = 0; day < days; day++) {
    for (const time of ["02:07", "03:37"]) {
      const at = instantOf(date, time, zone);
      if (at !== undefined) all.push([date, at]);
    }
    date = localDate(dayBounds(date, zone).end, zone);
  }
  return all;
};

describe("in any zone and year", () => {
  const DAY_MS = 86_400_000;
  const ZONES = Intl.supportedValuesOf("timeZone");

  test("each date has one run, and each place is fetched once in it", async () => {
    const zones = constantFrom(...ZONES);
    const start = anyDate({ min: new Date("2026-01-01"), max: new Date("2035-12-01"), noInvalidDate: true });
    await assert(
      asyncProperty(zones, start, async (zone, from) => {
        const m = memory();
        const due = firings(zone, from.getTime(), 120);
        for (const [, at] of due) await plan(m, 1, { at, zone });
        const dates = [...new Set(due.map(([date]) => date))];
        expect([...m.runs.keys()]).toEqual(dates);
        expect(dates).toHaveLength(120);
        expect(m.sent.map(({ task }) => task.runId)).toEqual(dates);
        const first = Date.parse(dates[0] ?? "");
        expect(dates.map((date) => (Date.parse(date) - first) / DAY_MS)).toEqual(dates.map((_, at) => at));
      }),
      { seed: 6, numRuns: isFull ? 400 : 6 },
    );
  });
});
