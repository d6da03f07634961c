import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { readOgg } from "./ogg.ts";

/** A page that ends after so many samples. */
const page = (samples: number, body: Uint8Array): Buffer => {
  const head = Buffer.alloc(28);
  head.write("OggS");
  head.writeBigInt64LE(BigInt(samples), 6);
  return Buffer.concat([head, body]);
};

const identification = (rate: number): Buffer => {
  const header = Buffer.alloc(30);
  header.write("\u0001vorbis");
  header.writeUInt32LE(rate, 12);
  return header;
};

test("the last page tells how long a stream is", () => {
  const bytes = Buffer.concat([
    page(0, identification(22_050)),
    page(1_000, Buffer.alloc(9)),
    page(44_100, Buffer.alloc(5)),
  ]);
  expect(readOgg(bytes)).toMatchObject({ frames: 44_100, samplesPerFrame: 1, sampleRate: 22_050 });
});

test("what is no Ogg Vorbis has no sound", () => {
  for (const bytes of [Buffer.alloc(0), Buffer.from("OggS"), page(5, Buffer.alloc(50)), identification(22_050)])
    expect(readOgg(bytes).frames).toBe(0);
});

test("whatever comes, it is read or has no sound", () => {
  const part = fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    fc.constantFrom(Buffer.from("OggS"), Buffer.from("\u0001vorbis"), page(-1, identification(0))),
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 6 }), (parts) => {
      const { frames, sampleRate } = readOgg(Buffer.concat(parts));
      expect(frames).toBeGreaterThanOrEqual(0);
      expect(sampleRate).toBeGreaterThan(0);
    }),
    { seed: 20_261_121, numRuns: 500 },
  );
});
