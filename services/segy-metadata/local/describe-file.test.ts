import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { parse } from "valibot";
import { grid } from "../test/acquisition.ts";
import { writeSegy } from "../test/write-segy.ts";
import { toGeoJson } from "../src/document/geojson.ts";
import { Metadata } from "../src/document/metadata.ts";
import { bytesSource } from "../src/segy/read-at.ts";
import { describeFile } from "./describe-file.ts";
import { reportLines } from "./report.ts";
import { surveyMap } from "./terminal-map.ts";
import { render } from "./terminal.ts";

const command = { path: "cube.sgy", json: false };

const described = async (bytes: Uint8Array, mode?: "sampled" | "exact") =>
  describeFile(bytesSource(bytes), { ...command, ...(mode && { mode }) }, () => {});

test("cells where no trace is are not occupied, in the exact pass and in the sampled one", async () => {
  const faults = [{ fault: "hole", slow: [10, 20], fast: [10, 30] }] as const;
  const bytes = writeSegy({ survey: grid(40, 50), faults });
  for (const mode of ["exact", "sampled"] as const) {
    const { occupied } = await described(bytes, mode);
    expect([occupied?.(111, 875), occupied?.(111 + 39, 875 + 49), occupied?.(111 + 10, 875 + 30)]).toEqual([
      true,
      true,
      true,
    ]);
    expect([occupied?.(111 + 10, 875 + 10), occupied?.(111 + 19, 875 + 29), occupied?.(90, 875)]).toEqual([
      false,
      false,
      false,
    ]);
  }
});

test("a gather counts as a trace when one of its offsets is there", async () => {
  const survey = grid(10, 12, { offsets: { first: 100, step: 50, count: 4 } });
  const { occupied } = await described(
    writeSegy({
      survey,
      faults: [
        { fault: "drop", trace: 0, count: 3 },
        { fault: "drop", trace: 1, count: 4 },
      ],
    }),
  );
  expect([occupied?.(111, 875), occupied?.(111, 876), occupied?.(111, 877)]).toEqual([true, false, true]);
});

test("bytes that changed by accident or malice still give a document, a report and a map, all within bounds", async () => {
  const whole = writeSegy({ survey: grid(10, 12), coordinates: { scalar: -10 } });
  const change = fc.record({ at: fc.nat(whole.length - 1), byte: fc.nat(255) });
  const near = fc.record({ at: fc.nat(3600 + 3 * 320), byte: fc.nat(255) }); // heads and first traces
  const seen = fc.asyncProperty(
    fc.array(fc.oneof(change, near), { maxLength: 12 }),
    fc.nat(whole.length),
    async (changes, cut) => {
      const bytes = Buffer.from(whole.subarray(0, cut % 3 === 0 ? cut : whole.length));
      for (const { at, byte } of changes) bytes[at] = byte;
      const { document, occupied } = await described(bytes);
      expect(parse(Metadata, document)).toEqual(document);
      expect(() => JSON.stringify(toGeoJson(document))).not.toThrow();
      const map = document.geometry ? surveyMap(document.geometry, { ...(occupied && { occupied }) }) : [];
      const text = render(reportLines(document, { path: "cube.sgy", seconds: 0, map }), false);
      expect(text).toMatch(/^(?:\P{C}{0,80}\n)*$/u);
      expect(text.split("\n").length).toBeLessThan(1000);
    },
  );
  await fc.assert(seen, { seed: 4, numRuns: process.env["WARMSTART_FULL"] === "1" ? 300 : 80 });
});
