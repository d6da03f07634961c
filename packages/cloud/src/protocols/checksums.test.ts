import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { CHECKSUM_ALGORITHMS, createChecksum, fullObjectChecksum, isCrc, isDigest } from "./checksums.ts";

const digest = (algorithm: (typeof CHECKSUM_ALGORITHMS)[number], ...pieces: Buffer[]): string => {
  const checksum = createChecksum(algorithm);
  for (const piece of pieces) checksum.update(piece);
  return checksum.digest();
};
const hex = (base64: string): string => Buffer.from(base64, "base64").toString("hex");

describe("checksums", () => {
  test("the check values of the CRC catalogue come out", () => {
    const check = Buffer.from("123456789");
    expect(hex(digest("CRC32", check))).toBe("cbf43926");
    expect(hex(digest("CRC32C", check))).toBe("e3069283");
    expect(hex(digest("CRC64NVME", check))).toBe("ae8b14860a799888");
  });

  test("pieces of any length give the digest of the whole, and parts' CRCs combine to it", () => {
    const bytes = fc.uint8Array({ maxLength: 70 }).map((array) => Buffer.from(array));
    fc.assert(
      fc.property(fc.array(bytes, { maxLength: 5 }), (pieces) => {
        for (const algorithm of CHECKSUM_ALGORITHMS) {
          const whole = digest(algorithm, Buffer.concat(pieces));
          expect(digest(algorithm, ...pieces)).toBe(whole);
          expect(isDigest(algorithm, whole)).toBe(true);
          if (!isCrc(algorithm)) continue;
          const parts = pieces.map((piece) => ({ value: digest(algorithm, piece), sizeBytes: piece.length }));
          expect(fullObjectChecksum(algorithm, parts)).toBe(whole);
        }
      }),
      { seed: 1, numRuns: 200 },
    );
  });
});
