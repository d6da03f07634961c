import { expect, test } from "@jest/globals";
import { grid } from "./acquisition.ts";
import { encodeText, END_TEXT, shiftedLayout } from "./text-records.ts";
import { virtualCube } from "./virtual-cube.ts";
import { segyFile, writeSegy, type SegyOptions } from "./write-segy.ts";

const LENGTH = 320;

/** A 4-byte field of each trace, by its byte. */
const column = (bytes: Buffer, byte: number, first = 3600, length = LENGTH): readonly number[] =>
  Array.from({ length: (bytes.length - first) / length }, (_, trace) =>
    bytes.readInt32BE(first + trace * length + byte - 1),
  );

test("a gather has an offset per trace, line numbers may stand at several places", () => {
  const offsets = { first: 100, step: 50, count: 3 };
  const bytes = writeSegy({ survey: grid(1, 2, { offsets, keys: [[9, 21], [189, 193]] }) }); // prettier-ignore
  expect(column(bytes, 37)).toEqual([100, 150, 200, 100, 150, 200]);
  expect(column(bytes, 21)).toEqual([875, 875, 875, 876, 876, 876]);
  expect(column(bytes, 193)).toEqual(column(bytes, 21));
});

test("a 2D line has positions only", () => {
  const bytes = writeSegy({ survey: { kind: "line", positions: { first: 1001, count: 5 } } });
  expect(column(bytes, 21)).toEqual([1001, 1002, 1003, 1004, 1005]);
  expect(new Set(column(bytes, 189))).toEqual(new Set([0]));
});

test("shots have channels, offsets and midpoints half-way between source and receiver", () => {
  const bytes = writeSegy({ survey: { kind: "shots", shots: { first: 501, count: 2 }, channels: 3 } });
  expect(column(bytes, 9)).toEqual([501, 501, 501, 502, 502, 502]);
  expect(column(bytes, 13)).toEqual([1, 2, 3, 1, 2, 3]);
  expect(column(bytes, 37)).toEqual([100, 125, 150, 100, 125, 150]);
  const [source, receiver, middle] = [73, 81, 181].map((byte) => column(bytes, byte)[0] ?? 0);
  expect(((source ?? 0) + (receiver ?? 0)) / 2).toBeCloseTo(middle ?? 0, -1);
});

test("an SU file begins with its first trace", () => {
  const bytes = writeSegy({ container: "su", byteOrder: "little" });
  expect(bytes).toHaveLength(120 * LENGTH);
  expect(bytes.readInt32LE(188)).toBe(111);
});

test("traces of different lengths say their own", () => {
  const file = segyFile({ survey: grid(1, 3), samplesOf: (trace) => 10 + trace });
  const bytes = file.read(0, file.sizeBytes);
  expect(bytes).toHaveLength(3600 + 3 * 240 + 4 * (10 + 11 + 12));
  expect(bytes.readInt16BE(3502)).toBe(0);
  expect([0, 280, 564].map((at) => bytes.readUInt16BE(3600 + at + 114))).toEqual([10, 11, 12]);
  expect(file.read(3600 + 280, 3600 + 280 + 240)).toEqual(bytes.subarray(3880, 4120));
});

test("revision 2 has its own fields and a second trace header", () => {
  const bytes = writeSegy({
    revision: [2, 1],
    traceHeaders: 2,
    samples: 70_000,
    intervalUs: 62.5,
    byteOrder: "little",
    survey: grid(1, 1),
  });
  expect(bytes.readUInt32LE(3268)).toBe(70_000);
  expect(bytes.readUInt16LE(3220)).toBe(0);
  expect(bytes.readDoubleLE(3272)).toBe(62.5);
  expect(bytes.readUInt32LE(3296)).toBe(0x0102_0304);
  expect(bytes.readUInt16LE(3506)).toBe(1);
  expect(bytes.toString("latin1", 3600 + 240 + 232, 3600 + 480)).toBe("SEG00001");
  expect(bytes.readUInt32LE(3600 + 240 + 136)).toBe(70_000);
  expect(bytes.readDoubleLE(3600 + 240 + 160)).toBe(605_000);
  expect(bytes).toHaveLength(3600 + 480 + 280_000);
});

const first = (coordinates: SegyOptions["coordinates"]): Buffer => writeSegy({ coordinates }).subarray(3600, 3840);

test("coordinates may be floats, and scaled in any way", () => {
  expect(first({ type: "f4", bytes: [73, 77] }).readFloatBE(72)).toBe(605_000);
  expect(first({ scalar: 0 }).readInt32BE(180)).toBe(605_000);
  expect(first({ scalar: 10 }).readInt32BE(180)).toBe(60_500);
  expect(first({ scalar: -10 }).readInt32BE(184)).toBe(60_730_000);
});

test("a turned grid keeps its distances", () => {
  const { pointOf } = segyFile({ frame: { azimuthDeg: 30, lineMetres: 50, crosslineMetres: 12.5 } });
  const [[x, y], [lineX, lineY], [crossX, crossY]] = [pointOf(111, 875), pointOf(112, 875), pointOf(111, 876)] as const;
  expect(Math.hypot(lineX - x, lineY - y)).toBeCloseTo(50, 6);
  expect(Math.hypot(crossX - x, crossY - y)).toBeCloseTo(12.5, 6);
  expect((Math.atan2(crossX - x, crossY - y) * 180) / Math.PI).toBeCloseTo(30, 6);
});

test("texts come in each encoding, further records begin at multiples of 3200", () => {
  expect(encodeText("C 1 [|!^]", "ebcdic-037").toString("hex")).toBe("c340f140ba4f5ab0bb");
  expect(encodeText("C 1 [|!^]", "ebcdic-500").toString("hex")).toBe("c340f1404abb4f5f5a");
  expect(encodeText("C 1 [|!^]", "ebcdic-1047").toString("hex")).toBe("c340f140ad4f5a5fbd");
  const records = [
    { text: shiftedLayout(1), encoding: "ascii" as const },
    { text: END_TEXT, encoding: "ebcdic-037" as const },
  ];
  const file = segyFile({ records, declaredRecords: -1, shiftBytes: 1, text: { encoding: "blank" } });
  const bytes = file.read(0, file.sizeBytes);
  expect(bytes.readInt16BE(3504)).toBe(-1);
  expect(bytes.subarray(0, 3200).every((byte) => byte === 0)).toBe(true);
  expect(bytes.toString("latin1", 3600, 3623)).toBe("((SEG:Layout:text/xml))");
  expect((file.firstTrace - 3600) % 3200).toBe(0);
  expect(bytes.subarray(file.firstTrace - 3200, file.firstTrace - 3190)).toEqual(
    encodeText("((SEG: End", "ebcdic-037"),
  );
  expect(bytes.readInt32BE(file.firstTrace + 189)).toBe(111);
});

test("a virtual cube of 100 GB is the file that it stands for", async () => {
  const cube = virtualCube({ faults: [{ fault: "drop", trace: 1_000_000 }] });
  expect(cube.sizeBytes).toBe(3600 + 4_129_999 * 24_244);
  const at = async (trace: number): Promise<readonly number[]> => {
    const start = cube.firstTrace + trace * cube.traceLength;
    const header = Buffer.from(await cube.read(start, start + 240));
    return [header.readInt32BE(188), header.readInt32BE(192)];
  };
  expect(await at(999_999)).toEqual([111 + 484, 875 + 539]);
  expect(await at(1_000_000)).toEqual([111 + 484, 875 + 541]);
  expect(await at(4_129_998)).toEqual([111 + 1999, 875 + 2064]);
});
