import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { grid } from "../../test/acquisition.ts";
import { virtualCube } from "../../test/virtual-cube.ts";
import type { Fault, SegyOptions } from "../../test/write-segy.ts";
import { geometryOf } from "../document/geometry.ts";
import type { Plan } from "../survey/plan.ts";
import { drawTraces } from "./probes.ts";
import { counted, type ReadAt } from "../segy/read-at.ts";
import { sampleTraces } from "./sampled.ts";
import { scanTraces } from "./scan.ts";
import { surveyFile } from "../survey/survey.ts";

const FULL = process.env["WARMSTART_FULL"] === "1";
const LINES = 2000;
const CROSSLINES = 2065;

const surveyed = async (source: ReadAt): Promise<Plan> => {
  const about = { id: "x", bucket: "incoming", key: "cube.sgy", versionId: "1", etag: "abc" };
  const found = await surveyFile(source, about);
  if (!("plan" in found)) throw new Error("no plan", { cause: found.document.findings });
  return found.plan;
};

interface Options extends SegyOptions {
  readonly budget?: number;
  /** What the survey may have seen otherwise. */
  readonly alter?: (plan: Plan) => Plan;
}

/** Survey and sampled pass of 4.13 million traces, 100 GB, which nobody stores. */
const sampled = async ({ budget, alter, ...options }: Options = {}) => {
  const cube = virtualCube(options);
  const source = counted(cube);
  const found = await surveyed(source);
  const plan = alter?.(found) ?? found;
  const answer = await sampleTraces(source, plan, { ...(budget && { budget }) });
  return { ...answer, ...source.counts(), cube, plan, geometry: () => geometryOf(plan, answer.partial).geometry };
};

/** Of a regular cube, once. */
let whole: ReturnType<typeof sampled> | undefined;
const sampledWhole = (): ReturnType<typeof sampled> => (whole ??= sampled());

const drop = (trace: number, count = 1): Fault => ({ fault: "drop", trace, count });

/** Each is part of a harder case. */
const SIMPLER: readonly [string, SegyOptions][] = [
  ["lines that fall", { survey: grid(LINES, CROSSLINES, { lines: { first: 5, count: LINES, descending: true } }) }],
  [
    "crosslines that fall by threes",
    { survey: grid(LINES, CROSSLINES, { crosslines: { first: 9, step: 3, count: CROSSLINES, descending: true } }) },
  ],
  ["every second line turned", { survey: grid(LINES, CROSSLINES, { snake: true }) }],
  ["little-endian numbers", { byteOrder: "little" }],
];

describe("a file of 4.13 million traces", () => {
  test("a regular cube is known after 2,300 reads and a ten-thousandth of its bytes", async () => {
    const { cube, partial, getRequests, bytesRead, geometry, ...answer } = await sampledWhole();
    expect(getRequests).toBeLessThanOrEqual(2300);
    expect(bytesRead).toBeLessThanOrEqual(cube.sizeBytes / 10_000);
    expect(answer).toMatchObject({ confidence: "proved-if-sorted", settledShare: 1 });
    expect(answer.deviatingShareBelow95).toBeLessThan(0.0015);
    expect(partial).toMatchObject({ from: 0, traces: LINES * CROSSLINES, unknown: 0, anomalies: {} });
    expect(partial.cells).toHaveLength(LINES);
    expect(partial.cells?.every(([, length, fold]) => length === CROSSLINES && fold === 1)).toBe(true);
    expect(partial.first).toEqual({ trace: 0, keys: [111, 875] });
    expect(partial.last).toEqual({ trace: LINES * CROSSLINES - 1, keys: [2110, 2939] });
    expect(geometry()).toMatchObject({ missing: 0, duplicates: 0, fill: 1, atLeast: false });
  });

  test.each<[string, SegyOptions]>([
    ["lines and crosslines that grow", {}],
    [
      "every second line turned, all numbers falling",
      {
        survey: grid(LINES, CROSSLINES, {
          snake: true,
          lines: { first: 5, count: LINES, descending: true },
          crosslines: { first: 9, step: 3, count: CROSSLINES, descending: true },
        }),
      },
    ],
    ["gathers of 50 offsets", { survey: grid(200, 413, { offsets: { first: 100, step: 50, count: 50 } }) }],
    ["shots over channels", { survey: { kind: "shots", shots: { first: 100, count: 10_000 }, channels: 413 } }],
    ["a single line", { survey: { kind: "line", positions: { first: 100, count: 4_130_000 } } }],
    ["swapped pairs of bytes", { byteOrder: "swapped" }],
    ...(FULL ? SIMPLER : []),
  ])("one missing trace is located exactly in 2,400 reads: %s", async (_name, options) => {
    const { cube, partial, confidence, getRequests, geometry } = await sampled({
      ...options,
      faults: [drop(1_234_567)],
    });
    expect(getRequests).toBeLessThanOrEqual(2400);
    expect(confidence).toBe("proved-if-sorted");
    expect(partial).toMatchObject({ traces: cube.traces, unknown: 0 });
    expect(partial.anomalies).toEqual({ gap: { count: 1, first: [1_234_567] } });
    const keys = virtualCube(options).keysOf(1_234_567);
    expect(geometry()).toMatchObject({ missing: 1, missingCells: [keys], atLeast: false });
  });

  test("a duplicate is located exactly; what is not strictly sorted proves nothing of the rest", async () => {
    const { cube, partial, confidence, settledShare, geometry, getRequests } = await sampled({
      faults: [{ fault: "repeat", trace: 1_234_567 }],
    });
    expect(getRequests).toBeLessThanOrEqual(2400);
    expect({ confidence, settledShare }).toEqual({ confidence: "sampled", settledShare: 1 });
    expect(partial.anomalies).toEqual({ "duplicate-traces": { count: 1, first: [1_234_568] } });
    expect(geometry()).toMatchObject({ missing: 0, duplicates: 1, duplicateCells: [cube.keysOf(1_234_568)] });
  });

  test("a missing line costs a handful of reads", async () => {
    const { geometry, getRequests } = await sampled({ faults: [drop(700 * CROSSLINES, CROSSLINES)] });
    expect(getRequests).toBeLessThanOrEqual(2300);
    expect(geometry()).toMatchObject({ missing: CROSSLINES, atLeast: false });
    expect(geometry().missingCells[0]).toEqual([811, 875]);
  });

  test("a hole of 200 x 200 is outlined", async () => {
    const { confidence, geometry, getRequests } = await sampled({
      faults: [{ fault: "hole", slow: [800, 1000], fast: [600, 800] }],
    });
    expect(getRequests).toBeLessThanOrEqual(5000);
    expect(confidence).toBe("proved-if-sorted");
    expect(geometry()).toMatchObject({ missing: 40_000, atLeast: false });
  });

  test("lines of random lengths are settled within the budget", async () => {
    const { cube, confidence, geometry, tracesRead } = await sampled({ faults: [{ fault: "ragged", most: 200 }] });
    expect(tracesRead).toBeLessThanOrEqual(23_500);
    expect(confidence).toBe("proved-if-sorted");
    expect(geometry()).toMatchObject({ missing: LINES * CROSSLINES - cube.traces, atLeast: false });
  });

  test("one gap in ten thousand traces: all are found", async () => {
    const { cube, confidence, geometry, tracesRead } = await sampled({ faults: [{ fault: "gaps", share: 0.0001 }] });
    expect(tracesRead).toBeLessThanOrEqual(14_300);
    expect(confidence).toBe("proved-if-sorted");
    expect(geometry()).toMatchObject({ missing: LINES * CROSSLINES - cube.traces, atLeast: false });
  });

  test("one gap in a hundred traces: reading stops at the budget, and what is open is said", async () => {
    const { cube, partial, geometry, ...answer } = await sampled({ faults: [{ fault: "gaps", share: 0.01 }] });
    expect(answer).toMatchObject({ confidence: "sampled", tracesRead: 30_000 });
    expect(partial.unknown).toBeGreaterThan(1_000_000);
    expect(answer.settledShare).toBeCloseTo(1 - partial.unknown / cube.traces, 12);
    expect(geometry()).toMatchObject({ atLeast: true, missingCells: [] });
    expect(geometry().missing).toBeLessThanOrEqual(LINES * CROSSLINES - cube.traces);
  });

  test("two swapped blocks of lines: the seams are found, and nothing is called proved", async () => {
    const [a, b, count] = [100 * CROSSLINES, 500 * CROSSLINES, 10 * CROSSLINES];
    const { partial, confidence, geometry, deviatingShareBelow95 } = await sampled({
      faults: [{ fault: "swap", traces: [a, b], count }],
    });
    expect(confidence).toBe("sampled");
    expect(deviatingShareBelow95).toBeGreaterThan(0.005);
    expect(partial.anomalies).toEqual({
      gap: { count: 2, first: [a, b + count] },
      "order-break": { count: 2, first: [a + count, b] },
    });
    expect(geometry()).toMatchObject({ missing: 0, duplicates: 0 });
  });

  test("a garbled header that is hit leaves its cell empty, and nothing is called proved", async () => {
    const clean = await sampledWhole();
    const victim = drawTraces(2048, clean.plan)[700] ?? 0;
    const { partial, confidence, getRequests, geometry, deviatingShareBelow95 } = await sampled({
      faults: [{ fault: "garble", trace: victim }],
    });
    expect(getRequests).toBeLessThanOrEqual(2400);
    expect(confidence).toBe("sampled");
    expect(deviatingShareBelow95).toBeGreaterThan(clean.deviatingShareBelow95);
    expect(partial).toMatchObject({ unknown: 0, anomalies: { "off-lattice-header": { count: 1, first: [victim] } } });
    expect(geometry()).toMatchObject({ missing: 1, missingCells: [clean.cube.keysOf(victim)] });
  });

  test("a stretch of unreadable numbers is left open, at the price of its two ends", async () => {
    const traces = [1_000_000, 1_020_000] as const;
    const { partial, confidence, getRequests, geometry } = await sampled({
      faults: [{ fault: "header", field: "iline", value: -77_777, traces }],
    });
    expect(getRequests).toBeLessThanOrEqual(2300);
    expect(confidence).toBe("sampled");
    expect(partial.unknown).toBeGreaterThan(19_900);
    expect(partial.unknown).toBeLessThan(20_000);
    expect(geometry()).toMatchObject({ atLeast: true });
  });

  test("a survey that did not see the ends of the lines is made good", async () => {
    const { confidence, geometry, getRequests } = await sampled({
      alter: ({ lattice, ...plan }) => {
        const axes = lattice?.axes.map((axis) => ({ ...axis, min: axis.min + 3, count: axis.count - 9 })) ?? [];
        return { ...plan, lattice: { axes, snake: false, folded: false } };
      },
    });
    expect(getRequests).toBeLessThanOrEqual(2400);
    expect(confidence).toBe("proved-if-sorted");
    expect(geometry()).toMatchObject({ missing: 0, slow: { count: LINES }, fast: { count: CROSSLINES } });
  });

  test.each<[string, (plan: Plan) => Plan]>([
    ["without line numbers", (plan) => ({ ...plan, lattice: null })],
    [
      "with several traces to a cell",
      (plan) => ({ ...plan, lattice: plan.lattice && { ...plan.lattice, folded: true } }),
    ],
  ])("%s a file is looked at, and no more", async (_name, alter) => {
    const { partial, confidence, settledShare, tracesRead } = await sampled({ alter });
    expect(tracesRead).toBeLessThanOrEqual(2050);
    expect(confidence).toBe("sampled");
    expect(settledShare).toBeLessThan(0.001);
    expect(partial.unknown).toBeGreaterThan(4_000_000);
    expect(partial.fields["cdp_x"]?.max).toBeGreaterThan(0);
  });
});

test("the same object is read at the same places, another one elsewhere", async () => {
  const plan = await surveyed(virtualCube());
  const { source } = plan;
  expect(drawTraces(2048, plan)).toEqual(drawTraces(2048, plan));
  expect(drawTraces(2048, { ...plan, source: { ...source, etag: "new" } })).not.toEqual(drawTraces(2048, plan));
  expect((await sampled({ budget: 500 })).partial).toEqual((await sampled({ budget: 500 })).partial);
});

test("no more is read than the budget, however small", async () => {
  for (const budget of [2, 3, 100, 2055]) {
    const { tracesRead, confidence } = await sampled({ budget, faults: [{ fault: "gaps", share: 0.001 }] });
    expect(tracesRead).toBeLessThanOrEqual(budget);
    expect(confidence).toBe("sampled");
  }
});

test("traces with many further headers are read less often: 64 MB in all", async () => {
  const { bytesRead, tracesRead } = await sampled({ traceHeaders: 600, revision: [2, 1] });
  expect(tracesRead).toBeGreaterThan(400);
  expect(tracesRead * 600 * 240).toBeLessThanOrEqual(64 * 1024 ** 2);
  expect(bytesRead).toBeLessThan(128 * 1024 ** 2);
});

test("a source that fails ends the pass with its own error, and is asked no more", async () => {
  const cube = virtualCube();
  const plan = await surveyed(cube);
  let reads = 0;
  const read = async (start: number, end: number): Promise<Uint8Array> => {
    reads += 1;
    if (reads > 100) throw new Error("replaced");
    return cube.read(start, end);
  };
  await expect(sampleTraces({ ...cube, read }, plan)).rejects.toThrow("replaced");
  expect(reads).toBeLessThanOrEqual(132);
});

test("what is proved of a sorted file is what an exact pass finds", async () => {
  const [lines, crosslines] = [60, 200];
  const traces = lines * crosslines;
  const fault = fc.oneof(
    fc.record({
      fault: fc.constant("drop" as const),
      trace: fc.nat(traces / 2),
      count: fc.integer({ min: 1, max: 300 }),
    }),
    fc.record({ fault: fc.constant("ragged" as const), most: fc.integer({ min: 1, max: 60 }), seed: fc.nat(99) }),
    fc.record({ fault: fc.constant("gaps" as const), share: fc.constantFrom(0.001, 0.01), seed: fc.nat(99) }),
  );
  const faults = fc.array(fault, { maxLength: 3 });
  await fc.assert(
    fc.asyncProperty(faults, fc.boolean(), fc.boolean(), async (some, snake, descending) => {
      const survey = grid(lines, crosslines, { snake, lines: { first: 5, count: lines, descending } });
      const cube = virtualCube({ survey, samples: 200, faults: some });
      const plan = await surveyed(cube);
      const { partial, confidence } = await sampleTraces(cube, plan);
      const exact = await scanTraces(cube, plan, { from: 0, traces: cube.traces });
      expect(confidence).toBe("proved-if-sorted");
      expect(partial.cells).toEqual(exact.cells);
      expect(partial.anomalies.gap).toEqual(exact.anomalies.gap);
    }),
    { seed: 20261121, numRuns: FULL ? 12 : 4 },
  );
});

const inFullRuns = FULL ? describe : describe.skip; // some seconds each

inFullRuns("outlines at their price", () => {
  test("a smooth outline costs a third of that, because lines end near where their neighbours end", async () => {
    const outline = Array.from({ length: LINES }, (_, line): readonly Fault[] => {
      const begin = Math.floor(0.9 * Math.abs(line - 1000));
      const end = CROSSLINES - Math.floor(0.5 * Math.abs(line - 700));
      const hole = { fault: "hole", slow: [line, line + 1] } as const;
      return [
        { ...hole, fast: [0, begin] },
        { ...hole, fast: [end, CROSSLINES] },
      ];
    }).flat();
    const { cube, confidence, geometry, tracesRead } = await sampled({ faults: outline });
    expect(tracesRead).toBeLessThanOrEqual(7500);
    expect(confidence).toBe("proved-if-sorted");
    expect(geometry()).toMatchObject({ missing: LINES * CROSSLINES - cube.traces, atLeast: false });
  });

  test("25 million traces, two lines between probes: a missing corner is outlined within the budget", async () => {
    const { confidence, geometry, tracesRead } = await sampled({
      survey: grid(5000, 5000),
      faults: [{ fault: "hole", slow: [0, 2000], fast: [0, 2000] }],
    });
    expect(tracesRead).toBeLessThanOrEqual(8000);
    expect(confidence).toBe("proved-if-sorted");
    expect(geometry()).toMatchObject({ missing: 4_000_000, atLeast: false });
  });
});
