import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { AwsError } from "../gateway/aws-error.ts";
import { decodeAwsChunked } from "./aws-chunked.ts";

const FULL = process.env["WARMSTART_FULL"] === "1";

/** Cuts bytes into pieces of these lengths, as a network may. */
async function* cut(bytes: Buffer, lengths: readonly number[]): AsyncGenerator<Buffer> {
  let at = 0;
  for (const length of lengths) {
    if (length > 0 && at < bytes.length) yield bytes.subarray(at, at + length);
    at += length;
  }
  if (at < bytes.length) yield bytes.subarray(at);
}

const decode = async (source: AsyncIterable<Buffer>, decodedLength: number) => {
  let trailers: Readonly<Record<string, string>> | undefined;
  const parts: Buffer[] = [];
  const onTrailers = (given: Readonly<Record<string, string>>): void => {
    trailers = given;
  };
  for await (const part of decodeAwsChunked(source, { decodedLength, onTrailers })) parts.push(Buffer.from(part));
  return { content: Buffer.concat(parts), trailers };
};

const bytes = fc.uint8Array({ maxLength: 60 }).map((array) => Buffer.from(array));
const lengths = fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 60 });

describe("aws-chunked", () => {
  test("any content in any chunks over any network comes out whole", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(bytes, { maxLength: 6 }), lengths, async (chunks, network) => {
        const full = chunks.filter((chunk) => chunk.length > 0);
        const framed = Buffer.concat([
          ...full.flatMap((chunk) => [Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from("\r\n")]),
          Buffer.from("0\r\nx-amz-checksum-crc32: AAAAAA==\r\n\r\n"),
        ]);
        const content = Buffer.concat(full);
        expect(await decode(cut(framed, network), content.length)).toEqual({
          content,
          trailers: { "x-amz-checksum-crc32": "AAAAAA==" },
        });
      }),
      { seed: 21, numRuns: FULL ? 300 : 100 },
    );
  });

  test("any other bytes are an error, never a hang or a crash", async () => {
    const piece = fc.constantFrom(
      "0",
      "5",
      "f",
      "\r\n",
      "\n",
      ";",
      "chunk-signature=",
      "hello",
      ":",
      "\u0000",
      "ffffffff",
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece), lengths, async (pieces, network) => {
        const body = Buffer.from(pieces.join(""));
        const outcome = await decode(cut(body, network), 5).catch((error: unknown) => error);
        expect(outcome instanceof AwsError || (outcome as { content: Buffer }).content.length === 5).toBe(true);
      }),
      { seed: 22, numRuns: FULL ? 500 : 150 },
    );
  });
});
