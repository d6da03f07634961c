// What `npm run demo` uploads: a cube as it is delivered, and the same cube when it lies.
import { grid } from "../test/acquisition.ts";
import { type Fault, segyFile, type SegyFile, type SegyOptions, writeSegyFile } from "../test/write-segy.ts";

const SAMPLES = 462;
const TRACE_BYTES = 240 + 4 * SAMPLES;

/** Lines and crosslines of a survey that fills so many bytes, a fifth longer than wide. */
const sidesOf = (sizeBytes: number): readonly [lines: number, crosslines: number] => {
  const lines = Math.max(10, Math.round(Math.sqrt(sizeBytes / TRACE_BYTES / 1.2)));
  return [lines, Math.round(sizeBytes / TRACE_BYTES / lines)];
};

const textOf = (lines: number, crosslines: number): readonly string[] => [
  "CLIENT: WARMSTART EXPLORATION          COMPANY: SYNTHETIC SEISMIC",
  "SURVEY: DEMO 3D                        AREA: NORTH SEA",
  "DATA: DIPPING LAYERS, AN UNCONFORMITY, A FAULT; ALL OF IT GENERATED",
  "SAMPLES: 32-BIT IBM FLOAT [FORMAT 1], 4 MS",
  "CRS: ED50 / UTM ZONE 31N",
  `INLINE RANGE: 111 TO ${110 + lines}    CROSSLINE RANGE: 875 TO ${874 + crosslines}`,
  "INLINE: BYTES 189-192   CROSSLINE: BYTES 193-196   X: 181-184   Y: 185-188",
];

const cubeOptions = (sizeBytes: number, faults: readonly Fault[]): SegyOptions => {
  const [lines, crosslines] = sidesOf(sizeBytes);
  return {
    survey: grid(lines, crosslines),
    frame: { azimuthDeg: 62 },
    samples: SAMPLES,
    sampleCode: 1,
    coordinates: { scalar: -10 },
    text: { encoding: "ebcdic-1047", lines: textOf(lines, crosslines) },
    faults,
  };
};

export interface DemoCube {
  readonly sizeBytes: number;
  readonly traces: number;
  /** `[line, crossline, x, y]` of the four corners. */
  readonly corners: readonly (readonly [line: number, crossline: number, x: number, y: number])[];
  /** Inline and crossline number of a trace. */
  readonly keysOf: (trace: number) => readonly number[];
}

const cubeOf = ({ sizeBytes, traces, keysOf, pointOf }: SegyFile): DemoCube => {
  const [first, last] = [keysOf(0), keysOf(traces - 1)];
  const corners = [first[0], last[0]].flatMap((line = 0) =>
    [first[1], last[1]].map((crossline = 0) => [line, crossline, ...pointOf(line, crossline)] as const),
  );
  return { sizeBytes, traces, keysOf, corners };
};

/** Writes a rotated cube of about this size in UTM coordinates; block by block, so the size is free. */
export const writeCube = async (path: string, sizeBytes: number): Promise<DemoCube> =>
  cubeOf(await writeSegyFile(path, cubeOptions(sizeBytes, [])));

/** The same with trace `missing` left out and the one before `twice` repeated: as many traces as a whole one. */
export const writeLyingCube = async (
  path: string,
  sizeBytes: number,
  { missing, twice }: { readonly missing: number; readonly twice: number },
): Promise<DemoCube> => {
  const faults = [
    { fault: "drop", trace: missing },
    { fault: "repeat", trace: twice - 1 },
  ] as const;
  await writeSegyFile(path, cubeOptions(sizeBytes, faults));
  return cubeOf(segyFile(cubeOptions(sizeBytes, [])));
};
