// A file read in parts gives the document of one pass, however it is cut and whichever part is done first.
import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { grid } from "../../test/acquisition.ts";
import { EXACT, merged, planOf, scanInParts } from "../../test/read-document.ts";
import { writeSegy, type SegyOptions } from "../../test/write-segy.ts";
import { describe } from "../document/describe.ts";
import { emptyPartial, mergePartials, type Partial } from "./partial.ts";
import { bytesSource } from "../segy/read-at.ts";
import { scanTraces } from "./scan.ts";

const surveys: readonly (readonly [string, SegyOptions])[] = [
  ["a cube", { survey: grid(20, 30) }],
  [
    "a cube with every kind of damage",
    {
      survey: grid(20, 30),
      faults: [
        { fault: "gaps", share: 0.1 },
        { fault: "repeat", trace: 100 },
        { fault: "swap", traces: [50, 200], count: 40 },
        { fault: "garble", trace: 333 },
        { fault: "header", field: "trctype", value: 2, traces: [10, 200] },
        { fault: "header", field: "cdp_x", value: 7, traces: [400, 402] },
      ],
    },
  ],
  ["a snake", { survey: grid(15, 20, { snake: true }) }],
  ["gathers", { survey: grid(6, 7, { offsets: { first: 100, step: 50, count: 12 } }) }],
  ["shots", { survey: { kind: "shots", shots: { first: 11, count: 12 }, channels: 24 } }],
  ["traces of their own lengths", { survey: grid(10, 12), samplesOf: (trace) => 20 + (trace % 7) }],
];

/** The parts joined two by two, in an order that the numbers choose. */
const joinAnyhow = (
  lattice: Parameters<typeof mergePartials>[0],
  parts: readonly Partial[],
  picks: readonly number[],
): Partial => {
  const left = [...parts];
  for (const pick of picks) {
    if (left.length < 2) break;
    const at = pick % (left.length - 1);
    const [a, b] = [left[at], left[at + 1]];
    if (a && b) left.splice(at, 2, mergePartials(lattice, a, b));
  }
  return left.reduce((a, b) => mergePartials(lattice, a, b));
};

test.each(surveys)("%s: any cutting, joined in any order, gives the same bytes", async (_, options) => {
  const source = bytesSource(writeSegy(options));
  const plan = await planOf(source);
  const { traces } = plan.layout;
  const whole = JSON.stringify(describe(plan, await scanTraces(source, plan, { from: 0, traces }), EXACT));
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.nat(traces - 1), { maxLength: 49 }),
      fc.array(fc.nat(1000), { minLength: 50, maxLength: 50 }),
      async (cuts, picks) => {
        const parts = await scanInParts(source, plan, cuts);
        const sent = parts.map((part) => JSON.parse(JSON.stringify(part)) as Partial); // as they come back from S3
        expect(JSON.stringify(describe(plan, joinAnyhow(plan.lattice, sent, picks), EXACT))).toBe(whole);
      },
    ),
    { seed: 4, numRuns: process.env["WARMSTART_FULL"] === "1" ? 25 : 10 },
  );
});

test("nothing added to a part changes nothing", async () => {
  const source = bytesSource(writeSegy({ survey: grid(4, 5) }));
  const plan = await planOf(source);
  const part = merged(plan, await scanInParts(source, plan, []));
  expect(mergePartials(plan.lattice, emptyPartial(), part)).toEqual(part);
  expect(mergePartials(plan.lattice, part, emptyPartial(20))).toEqual(part);
});

test("parts that are no neighbours are not merged", async () => {
  const source = bytesSource(writeSegy({ survey: grid(4, 5) }));
  const plan = await planOf(source);
  const [first, , third] = await scanInParts(source, plan, [5, 10]);
  if (!first || !third) throw new Error("three parts were wanted");
  expect(() => mergePartials(plan.lattice, first, third)).toThrow("Traces from 10 on do not follow 0 + 5");
});
