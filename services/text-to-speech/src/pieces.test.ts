import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { inPieces } from "./pieces.ts";

async function* each(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
}

test("pieces are of one size but for the last, and have every byte in its place", async () => {
  const chunks = fc.array(fc.uint8Array({ maxLength: 50 }), { maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(chunks, fc.integer({ min: 1, max: 60 }), async (given, size) => {
      const pieces: Uint8Array[] = [];
      for await (const piece of inPieces(each(given), size)) pieces.push(piece.slice());
      expect(Buffer.concat(pieces)).toEqual(Buffer.concat(given));
      for (const piece of pieces.slice(0, -1)) expect(piece).toHaveLength(size);
      expect(pieces.at(-1)?.length ?? 1).toBeGreaterThan(0);
    }),
    { seed: 20_261_121 },
  );
});
