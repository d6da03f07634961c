import { describe, expect, test } from "@jest/globals";
import { ibmFloat } from "../src/segy/field.ts";
import { grid } from "./acquisition.ts";
import { SAMPLE_CODES } from "./amplitudes.ts";
import { virtualCube } from "./virtual-cube.ts";
import { ibmWord } from "./write-field.ts";
import { segyBlocks, segyFile, writeSegy, type Fault, type SegyOptions } from "./write-segy.ts";

const SIZES: Readonly<Record<number, number>> = {
  1: 4, 2: 4, 3: 2, 4: 4, 5: 4, 6: 8, 7: 3, 8: 1, 9: 8, 10: 4, 11: 2, 12: 8, 15: 3, 16: 1,
}; // prettier-ignore

/** Line and crossline of each trace, by plain offsets: 20 samples of 4 bytes, no further records. */
const numbers = (bytes: Buffer): readonly string[] =>
  Array.from({ length: (bytes.length - 3600) / 320 }, (_, trace) => {
    const at = 3600 + trace * 320;
    return `${bytes.readInt32BE(at + 188)}/${bytes.readInt32BE(at + 192)}`;
  });

const small = (options: SegyOptions = {}): Buffer => writeSegy({ survey: grid(3, 4), ...options });
const faulty = (...faults: readonly Fault[]): readonly string[] => numbers(small({ faults }));

const LINE_111 = ["111/875", "111/876", "111/877", "111/878"];
const LINE_112 = ["112/875", "112/876", "112/877", "112/878"];
const LINE_113 = ["113/875", "113/876", "113/877", "113/878"];

describe("a written file", () => {
  test("has its text, its binary header and its traces where the standard has them", () => {
    const bytes = small({ intervalUs: 2000 });
    expect(bytes).toHaveLength(3600 + 12 * 320);
    expect(bytes[0]).toBe(0xc3);
    expect([3217, 3221, 3225, 3503].map((byte) => bytes.readInt16BE(byte - 1))).toEqual([2000, 20, 5, 1]);
    expect(numbers(bytes)).toEqual([...LINE_111, ...LINE_112, ...LINE_113]);
    expect(bytes.readInt16BE(3600 + 70)).toBe(-100);
    expect([bytes.readInt32BE(3600 + 180), bytes.readInt32BE(3600 + 184)]).toEqual([60_500_000, 607_300_000]);
  });

  test.each(SAMPLE_CODES)("holds samples of format %i in their own size", (sampleCode) => {
    const bytes = small({ sampleCode });
    expect(bytes).toHaveLength(3600 + 12 * (240 + 20 * (SIZES[sampleCode] ?? 0)));
    expect(new Set(bytes.subarray(3840, 3600 + 240 + 20)).size).toBeGreaterThan(4);
  });

  test("says the same in each byte order", () => {
    const big = small();
    const little = small({ byteOrder: "little" });
    const swapped = small({ byteOrder: "swapped" });
    expect(little.readInt32LE(3600 + 192)).toBe(875);
    expect(little.readFloatLE(3600 + 240 + 40)).toBeCloseTo(big.readFloatBE(3600 + 240 + 40), 3);
    expect(swapped.subarray(0, 3200)).toEqual(big.subarray(0, 3200));
    expect([...swapped.subarray(3500, 3502)]).toEqual([1, 0]);
    expect(Buffer.from(swapped.subarray(3502)).swap16()).toEqual(big.subarray(3502));
    expect(swapped.readInt16LE(3220)).toBe(20);
  });

  test("reads the same in any ranges", () => {
    for (const options of [
      {},
      { byteOrder: "swapped" },
      { sampleCode: 7, byteOrder: "swapped", samples: 21 },
    ] as const) {
      const tail = Buffer.from("the tail of the file");
      const file = segyFile({
        ...options,
        faults: [
          { fault: "cut", sizeBytes: 9001 },
          { fault: "append", bytes: tail },
        ],
      });
      const whole = file.read(0, file.sizeBytes);
      for (const block of [7, 240, 1001]) expect(Buffer.concat([...segyBlocks(file, block)])).toEqual(whole);
    }
  });

  test("rounds IBM floats to the nearest", () => {
    for (const value of [0, 1, -1, 118.625, 1e-6, -9876.54321, 3e30])
      expect(ibmFloat(ibmWord(value))).toBeCloseTo(value, value > 1e9 ? -24 : 2);
    expect(ibmWord(-118.625)).toBe(0xc276_a000); // the example of every textbook
  });

  test("runs in the order that it is told", () => {
    const lines = { first: 10, step: 2, count: 2, descending: true };
    const crosslines = { first: 5, count: 2 };
    const survey = (more: object) => small({ survey: { kind: "grid", lines, crosslines, ...more } });
    expect(numbers(survey({}))).toEqual(["12/5", "12/6", "10/5", "10/6"]);
    expect(numbers(survey({ snake: true }))).toEqual(["12/5", "12/6", "10/6", "10/5"]);
    expect(numbers(survey({ crosslineFirst: true }))).toEqual(["12/5", "10/5", "12/6", "10/6"]);
  });
});

describe("a fault", () => {
  const whole = [...LINE_111, ...LINE_112, ...LINE_113];
  test.each<readonly [string, readonly Fault[], readonly string[]]>([
    ["drops a trace", [{ fault: "drop", trace: 1 }], ["111/875", ...whole.slice(2)]],
    ["drops a line", [{ fault: "drop", trace: 4, count: 4 }], [...LINE_111, ...LINE_113]],
    ["repeats a trace", [{ fault: "repeat", trace: 0 }], ["111/875", ...whole]],
    [
      "drops one and repeats another",
      [
        { fault: "drop", trace: 11 },
        { fault: "repeat", trace: 0 },
      ],
      ["111/875", ...whole.slice(0, 11)],
    ],
    ["swaps lines", [{ fault: "swap", traces: [0, 8], count: 4 }], [...LINE_113, ...LINE_112, ...LINE_111]],
    ["leaves a hole", [{ fault: "hole", slow: [1, 3], fast: [1, 4] }], [...LINE_111, "112/875", "113/875"]],
  ])("%s", (_, faults, left) => {
    expect(faulty(...faults)).toEqual(left);
  });

  test("makes an outline ragged", () => {
    const traces = segyFile({ survey: grid(50, 50), faults: [{ fault: "ragged", most: 10 }] }).traces;
    expect(traces).toBeGreaterThan(50 * 30);
    expect(traces).toBeLessThan(50 * 50 - 300);
  });

  test("leaves random gaps of the wanted share", () => {
    const { traces } = virtualCube({ faults: [{ fault: "gaps", share: 0.01 }] });
    expect(1 - traces / 4_130_000).toBeCloseTo(0.01, 3);
  });

  test("lies in headers, garbles one, cuts and appends", () => {
    const bytes = small({
      faults: [
        { fault: "binary", byte: 3221, value: 600 },
        { fault: "header", field: "nsamps", value: 77, traces: [2, 4] },
        { fault: "header", field: 117, type: "u2", value: 60_000 },
        { fault: "garble", trace: 5 },
        { fault: "cut", sizeBytes: 3600 + 11 * 320 + 20 },
        { fault: "append", bytes: Buffer.from([1, 2, 3]) },
      ],
    });
    expect(bytes.readUInt16BE(3220)).toBe(600);
    expect([1, 2, 3, 4].map((trace) => bytes.readUInt16BE(3600 + trace * 320 + 114))).toEqual([20, 77, 77, 20]);
    expect(bytes.readUInt16BE(3600 + 116)).toBe(60_000);
    expect(bytes).toHaveLength(3600 + 11 * 320 + 23);
    expect([...bytes.subarray(-3)]).toEqual([1, 2, 3]);
    expect(bytes.readInt32BE(3600 + 5 * 320 + 188)).not.toBe(112);
    expect(bytes.readInt32BE(3600 + 6 * 320 + 188)).toBe(112);
  });
});
