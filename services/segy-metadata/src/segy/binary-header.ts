// The binary header, bytes 3201 to 3600, as a table: SEG-Y rev 2.1, table 2.
import { readField, type FieldType } from "./field.ts";

type Row = readonly [name: string, byte: number, type: FieldType];

const ROWS: readonly Row[] = [
  ["jobId", 3201, "i4"],
  ["line", 3205, "i4"],
  ["reel", 3209, "i4"],
  ["tracesPerEnsemble", 3213, "i2"],
  ["auxiliaryTracesPerEnsemble", 3215, "i2"],
  ["interval", 3217, "u2"],
  ["originalInterval", 3219, "u2"],
  ["samples", 3221, "u2"],
  ["originalSamples", 3223, "u2"],
  ["sampleFormat", 3225, "i2"],
  ["ensembleFold", 3227, "i2"],
  ["sorting", 3229, "i2"],
  ["verticalSum", 3231, "i2"],
  ["sweepStart", 3233, "i2"],
  ["sweepEnd", 3235, "i2"],
  ["sweepLength", 3237, "i2"],
  ["sweepType", 3239, "i2"],
  ["sweepChannel", 3241, "i2"],
  ["taperStart", 3243, "i2"],
  ["taperEnd", 3245, "i2"],
  ["taperType", 3247, "i2"],
  ["correlated", 3249, "i2"],
  ["gainRecovered", 3251, "i2"],
  ["amplitudeRecovery", 3253, "i2"],
  ["measurementSystem", 3255, "i2"],
  ["impulsePolarity", 3257, "i2"],
  ["vibratoryPolarity", 3259, "i2"],
  ["revisionMajor", 3501, "u1"],
  ["revisionMinor", 3502, "u1"],
  ["fixedLength", 3503, "i2"],
  ["extendedTextRecords", 3505, "i2"],
];

/** Revision 2 gave these bytes a meaning; older files carry junk there. */
const REVISION_2_ROWS: readonly Row[] = [
  ["extendedTracesPerEnsemble", 3261, "i4"],
  ["extendedAuxiliaryTraces", 3265, "i4"],
  ["extendedSamples", 3269, "u4"],
  ["extendedInterval", 3273, "f8"],
  ["extendedOriginalInterval", 3281, "f8"],
  ["extendedOriginalSamples", 3289, "u4"],
  ["extendedEnsembleFold", 3293, "i4"],
  ["traceHeadersRev21", 3507, "i2"],
  ["surveyType", 3509, "i2"],
  ["traceHeadersRev20", 3507, "i4"],
  ["timeBasis", 3511, "i2"],
  ["traces", 3513, "u8"],
  ["firstTraceOffset", 3521, "u8"],
  ["trailerRecords", 3529, "i4"],
];

export const TEXT_BYTES = 3200;
export const HEAD_BYTES = 3600;
export const ORDER_CONSTANT_AT = 3296;

/**
 * The revision as it stands (hexadecimal) and as a number. Writers also store it as a 16-bit number, in either order, or
 * as 0010; undefined when it is none of these.
 */
export const revisionOf = (head: Uint8Array): { readonly raw: string; readonly effective: number | null } => {
  const raw = Buffer.from(head.subarray(3500, 3502)).toString("hex");
  const readings: Readonly<Record<string, number>> = {
    "0000": 0,
    "0100": 1,
    "0001": 1,
    "0010": 1,
    "1000": 1,
    "0200": 2,
    "0002": 2,
    "0201": 2.1,
    "0102": 2.1,
  };
  return { raw, effective: readings[raw] ?? null };
};

export type BinaryHeader = Readonly<Record<string, number>>;

/** All values, those of revision 2 only if the file claims it. The view is of the file's head, in the right byte order. */
export const readBinaryHeader = (head: DataView, little: boolean, revision: number): BinaryHeader =>
  Object.fromEntries(
    [...ROWS, ...(revision >= 2 ? REVISION_2_ROWS : [])].map(([name, byte, type]) => [
      name,
      readField(head, byte - 1, type, little),
    ]),
  );

interface SampleFormat {
  readonly name: string;
  readonly bytes: number;
}

/** By the code of bytes 3225-3226; metadata needs only the size, so all of the standard's work. */
export const SAMPLE_FORMATS: Readonly<Record<number, SampleFormat>> = {
  1: { name: "ibm32", bytes: 4 },
  2: { name: "int32", bytes: 4 },
  3: { name: "int16", bytes: 2 },
  4: { name: "fixed point with gain", bytes: 4 },
  5: { name: "ieee32", bytes: 4 },
  6: { name: "ieee64", bytes: 8 },
  7: { name: "int24", bytes: 3 },
  8: { name: "int8", bytes: 1 },
  9: { name: "int64", bytes: 8 },
  10: { name: "uint32", bytes: 4 },
  11: { name: "uint16", bytes: 2 },
  12: { name: "uint64", bytes: 8 },
  15: { name: "uint24", bytes: 3 },
  16: { name: "uint8", bytes: 1 },
};
