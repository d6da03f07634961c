import { describe, expect, test } from "@jest/globals";
import { grid } from "../test/acquisition.ts";
import { virtualCube, type VirtualCube } from "../test/virtual-cube.ts";
import type { Fault } from "../test/write-segy.ts";
import type { Lattice } from "./lattice.ts";
import type { Plan } from "./plan.ts";
import { counted } from "./read-at.ts";
import { sampleTraces } from "./sampled.ts";
import { TRACE_HEADER } from "./trace-header.ts";

const field = (name: string) => {
  const found = TRACE_HEADER.find((each) => each.name === name);
  if (!found) throw new Error(name);
  return found;
};

const CUBE: Lattice = {
  axes: [
    { field: field("iline"), min: 111, step: 1, count: 2000, direction: 1 },
    { field: field("xline"), min: 875, step: 1, count: 2065, direction: 1 },
  ],
  snake: false,
  folded: false,
};

const planOf = (file: VirtualCube, lattice: Lattice | null = CUBE): Plan =>
  ({
    id: "x",
    source: { bucket: "b", key: "k", versionId: "v", etag: "e", sizeBytes: file.sizeBytes, headSha256: "" },
    layout: {
      container: "segy",
      byteOrder: "big",
      sampleCode: 1,
      sampleBytes: 4,
      samples: 6001,
      firstTrace: file.firstTrace,
      traceHeaders: 1,
      traceLength: file.traceLength,
      traces: file.traces,
      trailingBytes: 0,
      textRecords: 0,
      fixedLength: true,
      fields: TRACE_HEADER,
    },
    lattice,
    coordinates: null,
    class: "3d-poststack",
    keyScore: 1,
    alternatives: [],
    findings: [],
  }) as unknown as Plan;

const sample = async (
  name: string,
  faults: readonly Fault[],
  lattice: Lattice | null = CUBE,
  survey = grid(2000, 2065),
) => {
  const cube = virtualCube({ faults, survey });
  const source = counted(cube);
  const cpu = process.cpuUsage();
  const at = performance.now();
  const answer = await sampleTraces(source, planOf(cube, lattice));
  const used = process.cpuUsage(cpu);
  const { getRequests, bytesRead } = source.counts();
  const { partial, ...rest } = answer;
  process.stderr.write(
    `${name}: ${getRequests} GETs ${bytesRead} B of ${cube.sizeBytes} cpu/GET ${((used.user + used.system) / getRequests).toFixed(0)} us ${(performance.now() - at).toFixed(0)} ms; ${JSON.stringify(rest)} runs ${partial.cells?.length} unknown ${partial.unknown} ${JSON.stringify(Object.entries(partial.anomalies).map(([c, a]) => [c, a.count, a.first.slice(0, 5)]))}\n`,
  );
  return { ...answer, getRequests, bytesRead, cube };
};

describe("figures", () => {
  const cases: Record<string, readonly Fault[]> = {
    regular: [],
    missing: [{ fault: "drop", trace: 1_234_567 }],
    duplicate: [{ fault: "repeat", trace: 1_234_567 }],
    line: [{ fault: "drop", trace: 2065 * 700, count: 2065 }],
    hole: [{ fault: "hole", slow: [800, 1000], fast: [600, 800] }],
    ragged: [{ fault: "ragged", most: 200 }],
    ragged20: [{ fault: "ragged", most: 20 }],
    gaps001: [{ fault: "gaps", share: 0.0001 }],
    gaps1: [{ fault: "gaps", share: 0.01 }],
    swap: [{ fault: "swap", traces: [2065 * 100, 2065 * 500], count: 2065 * 10 }],
  };
  test.each(Object.keys(cases))("%s", async (name) => {
    const answer = await sample(name, cases[name] ?? []);
    expect(answer.tracesRead).toBe(answer.getRequests);
  });
});
