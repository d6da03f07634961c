// The head of a file: text header, binary header, extended text records.
import type { SurveyShape } from "./trace-order.ts";
import { extendedRecords, RECORD_BYTES, textRecord } from "./text-records.ts";
import { writeField } from "./write-field.ts";
import type { SegyOptions } from "./write-segy.ts";
import type { FieldType } from "../src/segy/field.ts";

const DEFAULT_LINES: readonly string[] = [
  "CLIENT: WARMSTART EXPLORATION      COMPANY: SYNTHETIC SEISMIC",
  "SURVEY: GENERATED                  AREA: NORTH SEA",
  "DATA TRACES ARE SYNTHETIC: DIPPING LAYERS, AN UNCONFORMITY, A FAULT",
];

/** Text header and extended text, one after the other. */
export const textPart = ({ text = {}, records = [] }: SegyOptions): Buffer => {
  const { encoding = "ebcdic-037", lines = DEFAULT_LINES } = text;
  return Buffer.concat([
    textRecord(lines, encoding),
    ...records.map((record) => extendedRecords(record.text, record.encoding ?? encoding)),
  ]);
};

type Value = readonly [byte: number, type: FieldType, value: number];

interface Counts {
  readonly shape: SurveyShape;
  readonly traces: number;
  readonly firstTrace: number;
}

const revisionTwo = (options: SegyOptions, { shape, traces, firstTrace }: Counts): readonly Value[] => {
  const { samples = 20, intervalUs = 4000, traceHeaders = 1, revision: [, minor] = [2, 0] } = options;
  return [
    [3261, "i4", shape.inner],
    [3269, "u4", samples],
    [3273, "f8", intervalUs],
    [3507, minor === 0 ? "i4" : "i2", traceHeaders - 1],
    [3513, "u8", traces],
    [3521, "u8", firstTrace],
  ];
};

/** 400 bytes. */
export const binaryHeader = (options: SegyOptions, counts: Counts): Buffer => {
  const { byteOrder = "big", sampleCode = 5, samples = 20, samplesOf, intervalUs = 4000, faults = [] } = options;
  const { revision: [major, minor] = [1, 0] } = options;
  const { byteOrderConstant = major >= 2 } = options;
  const header = Buffer.alloc(400);
  const view = new DataView(header.buffer, header.byteOffset, header.length);
  const values: readonly Value[] = [
    [3201, "i4", 1],
    [3205, "i4", 1],
    [3209, "i4", 1],
    [3213, "i2", counts.shape.inner],
    [3217, "u2", intervalUs > 0xffff ? 0 : intervalUs],
    [3221, "u2", samples > 0xffff ? 0 : samples],
    [3225, "i2", sampleCode],
    [3227, "i2", counts.shape.inner],
    [3229, "i2", counts.shape.inner > 1 ? 2 : 4],
    [3255, "i2", 1],
    ...(major >= 2 ? revisionTwo(options, counts) : []),
    ...(byteOrderConstant ? [[3297, "i4", 0x0102_0304] as const] : []),
    [3501, "u1", major],
    [3502, "u1", minor],
    [3503, "i2", major >= 1 && !samplesOf ? 1 : 0],
    [3505, "i2", options.declaredRecords ?? (counts.firstTrace - 3600) / RECORD_BYTES],
    ...faults.flatMap((each): Value[] => (each.fault === "binary" ? [[each.byte, each.type ?? "i2", each.value]] : [])),
  ];
  for (const [byte, type, value] of values)
    writeField(view, { offset: byte - 3201, type }, value, byteOrder === "little");
  if (byteOrder === "swapped") header.swap16().set([major, minor], 300); // fields of one byte have no order
  return header;
};
