// What `npm run spike` uploads: surveys of many kinds from 20 KB to 2 MB, whole and damaged, and what their documents must say.
import { fileId, UPLOAD_PREFIX } from "../src/files.ts";
import { grid } from "../test/acquisition.ts";
import { type SegyOptions, segyFile } from "../test/write-segy.ts";

interface SpikeFile {
  readonly name: string;
  readonly bytes: Buffer;
  /** Where each copy may differ without meaning anything: the job number of the binary header. */
  readonly stampAt: number | null;
  readonly expected: { readonly status: "ready" | "rejected"; readonly traces: number | null };
}

const JOB_NUMBER = 3200;

const survey = (name: string, options: SegyOptions): SpikeFile => {
  const file = segyFile(options);
  const traces = Math.floor((file.sizeBytes - file.firstTrace) / file.traceLength);
  const stampAt = options.container === "su" ? null : JOB_NUMBER;
  return { name, bytes: file.read(0, file.sizeBytes), stampAt, expected: { status: "ready", traces } };
};

const foreign = (name: string, bytes: Buffer): SpikeFile => ({
  name,
  bytes,
  stampAt: null,
  expected: { status: "rejected", traces: null },
});

const damaged = (): readonly SpikeFile[] => [
  survey("cut in a trace.sgy", { survey: grid(20, 25), samples: 60, faults: [{ fault: "cut", sizeBytes: 150_000 }] }),
  survey("one missing, one twice.sgy", {
    survey: grid(30, 40),
    samples: 50,
    faults: [
      { fault: "drop", trace: 500 },
      { fault: "repeat", trace: 900 },
    ],
  }),
  survey("noise in a header.sgy", { survey: grid(25, 30), samples: 90, faults: [{ fault: "garble", trace: 333 }] }),
  survey("wrong sample count.sgy", {
    survey: grid(18, 20),
    samples: 120,
    faults: [{ fault: "binary", byte: 3221, type: "u2", value: 75 }],
  }),
  foreign("a letter.sgy", Buffer.from("Dear data manager, the tape follows by mail. ".repeat(600))),
  foreign("half a head.sgy", Buffer.alloc(1_700, 0x40)),
];

/** Each of them once; built anew, byte for byte the same. */
export const spikeFiles = (): readonly SpikeFile[] => [
  survey("small cube.sgy", { survey: grid(6, 8), samples: 40 }),
  survey("cube, IBM floats.sgy", { survey: grid(30, 40), samples: 250, sampleCode: 1 }),
  survey("cube, little-endian.sgy", { survey: grid(20, 25), samples: 100, byteOrder: "little" }),
  survey("cube, 16 bit.sgy", { survey: grid(40, 50), samples: 75, sampleCode: 3 }),
  survey("cube, 8 bit.sgy", { survey: grid(50, 60), samples: 120, sampleCode: 8 }),
  survey("cube, two megabytes.sgy", { survey: grid(45, 50), samples: 160 }),
  survey("cube, snake.sgy", { survey: grid(15, 20, { snake: true }), samples: 50 }),
  survey("Würfel, Revision 2.sgy", { survey: grid(12, 15), samples: 50, revision: [2, 1], traceHeaders: 2 }),
  survey("gathers.sgy", { survey: grid(10, 12, { offsets: { first: 100, step: 50, count: 12 } }), samples: 60 }),
  survey("2D line.sgy", { survey: { kind: "line", positions: { first: 101, count: 400 } }, samples: 200 }),
  survey("shots.sgy", { survey: { kind: "shots", shots: { first: 1, count: 20 }, channels: 48 }, samples: 50 }),
  survey("line.su", { container: "su", survey: { kind: "line", positions: { first: 1, count: 240 } }, samples: 100 }),
  ...damaged(),
];

export const keyPrefix = UPLOAD_PREFIX;
export const documentIdOf = fileId;
