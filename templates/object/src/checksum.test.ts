import { expect, test } from "@jest/globals";
import type { CreatedObject } from "@warmstart/middleware";
import { type Checksum, type ChecksumStore, type OpenObject, recordChecksum } from "./checksum.ts";

const object: CreatedObject = {
  bucket: "uploads",
  key: "uploads/abc.txt",
  sizeBytes: 3,
  etag: "",
  versionId: "v1",
  sequencer: "0A",
  eventTime: "2026-01-15T12:00:00.000Z",
};

const opens =
  (...chunks: readonly string[]): OpenObject =>
  async () =>
    (async function* () {
      for (const chunk of chunks) yield Buffer.from(chunk);
    })();

const memoryChecksums = (): ChecksumStore & { readonly last: () => Checksum | undefined } => {
  let last: Checksum | undefined;
  return {
    last: () => last,
    put: async (checksum) => {
      if (last !== undefined && last.sequencer > checksum.sequencer) return false;
      last = checksum;
      return true;
    },
  };
};

test("the checksum is that of all bytes, however they come", async () => {
  const checksums = memoryChecksums();
  expect(await recordChecksum(opens("a", "bc"), checksums, object)).toBe("recorded");
  // FIPS 180-2, appendix B.1
  const sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
  expect(checksums.last()).toMatchObject({ key: "uploads/abc.txt", sizeBytes: 3, sha256 });
});

test("an older version that comes late changes nothing; a longer sequencer with the same beginning is newer", async () => {
  const checksums = memoryChecksums();
  const record = (sequencer: string) => recordChecksum(opens("abc"), checksums, { ...object, sequencer });
  expect([await record("0A01"), await record("0A"), await record("0A01")]).toEqual([
    "recorded",
    "superseded",
    "recorded",
  ]);
});

test("an object that is gone is no error", async () => {
  expect(await recordChecksum(async () => undefined, memoryChecksums(), object)).toBe("gone");
});

test("a body that breaks off is an error, so that it is read again", async () => {
  await expect(recordChecksum(opens("ab"), memoryChecksums(), object)).rejects.toThrow("2 of 3 bytes");
});
