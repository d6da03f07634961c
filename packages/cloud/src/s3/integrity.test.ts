import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { CreateBucketCommand, HeadObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { CHECKSUM_ALGORITHMS, type ChecksumAlgorithm, checksumHeader, createChecksum } from "../protocols/checksums.ts";
import { chunkSignature, sign, signingKey } from "../protocols/sigv4.ts";
import { type RawAnswer, serveS3, type ServedS3 } from "./serve-s3.test.fixture.ts";

const MB = 1024 * 1024;
/** More than the pieces that bodies are sent, stored and read in; in full runs more than what is cached, too. */
const BIG_MB = process.env["WARMSTART_FULL"] === "1" ? 12 : 1.5;

let cloud: ServedS3;
const Bucket = "sums";
beforeAll(async () => {
  cloud = await serveS3();
  await cloud.sdk.send(new CreateBucketCommand({ Bucket }));
});
afterAll(() => cloud.close());

const sumOf = (algorithm: ChecksumAlgorithm, data: string | Buffer): string => {
  const checksum = createChecksum(algorithm);
  checksum.update(Buffer.from(data));
  return checksum.digest();
};
const codeOf = ({ text }: RawAnswer): string | undefined => /<Code>(.*?)<\/Code>/.exec(text)?.[1];
const bytesOf = async (key: string): Promise<Buffer> => (await cloud.raw("GET", `/${Bucket}/${key}`)).body;

describe.each(CHECKSUM_ALGORITHMS.map((algorithm) => [algorithm] as const))("%s", (algorithm) => {
  const header = `x-amz-checksum-${algorithm.toLowerCase()}`;
  const big = Buffer.alloc(BIG_MB * MB, `${algorithm} 0123456789`);

  test("is verified, stored and returned", async () => {
    const value = sumOf(algorithm, "hello");
    const stored = await cloud.raw("PUT", `/${Bucket}/sum`, { body: "hello", headers: { [header]: value } });
    expect(stored.status).toBe(200);
    expect(stored.headers[header]).toBe(value);
    const head = await cloud.raw("HEAD", `/${Bucket}/sum`, { headers: { "x-amz-checksum-mode": "ENABLED" } });
    expect(head.headers).toMatchObject({ [header]: value, "x-amz-checksum-type": "FULL_OBJECT" });
    expect((await cloud.raw("HEAD", `/${Bucket}/sum`)).headers[header]).toBeUndefined();
  });

  test("refuses other bytes and malformed values, and stores nothing", async () => {
    const other = sumOf(algorithm, "other");
    const refused = await cloud.raw("PUT", `/${Bucket}/none`, { body: "hello", headers: { [header]: other } });
    expect([refused.status, codeOf(refused)]).toEqual([400, "BadDigest"]);
    const malformed = await cloud.raw("PUT", `/${Bucket}/none`, { body: "hello", headers: { [header]: "AA" } });
    expect(codeOf(malformed)).toBe("InvalidRequest");
    expect((await cloud.raw("GET", `/${Bucket}/none`)).status).toBe(404);
  });

  test(`a stream of ${BIG_MB} MB of the SDK (aws-chunked with trailer) is byte-identical`, async () => {
    const Body = Readable.from([big.subarray(0, 1_000_001), big.subarray(1_000_001)]);
    const ContentLength = big.length;
    await cloud.sdk.send(
      new PutObjectCommand({ Bucket, Key: "stream", Body, ContentLength, ChecksumAlgorithm: algorithm }),
    );
    expect(Buffer.compare(await bytesOf("stream"), big)).toBe(0);
    const head = await cloud.sdk.send(new HeadObjectCommand({ Bucket, Key: "stream", ChecksumMode: "ENABLED" }));
    expect(head[`Checksum${algorithm}`]).toBe(sumOf(algorithm, big));
    expect(head.ContentEncoding).toBeUndefined();
  });
});

const md5 = (text: string): string => createHash("md5").update(text).digest("base64");
const putMd5 = (value: string): Promise<RawAnswer> =>
  cloud.raw("PUT", `/${Bucket}/md5`, { body: "hello", headers: { "content-md5": value } });

describe("other promises", () => {
  test("Content-MD5 is verified", async () => {
    expect((await putMd5(md5("hello"))).status).toBe(200);
    expect(codeOf(await putMd5(md5("other")))).toBe("BadDigest");
    expect(codeOf(await putMd5("AA=="))).toBe("InvalidDigest");
  });

  test("the signed payload hash is compared with the body", async () => {
    const hash = createHash("sha256").update("other").digest("hex");
    const answer = await cloud.raw("PUT", `/${Bucket}/hash`, {
      body: "hello",
      headers: { "x-amz-content-sha256": hash },
    });
    expect(codeOf(answer)).toBe("XAmzContentSHA256Mismatch");
  });

  test("two checksums at once, and one that was announced but not sent, are refused", async () => {
    const both = { "x-amz-checksum-crc32": sumOf("CRC32", "x"), "x-amz-checksum-sha1": sumOf("SHA1", "x") };
    expect(codeOf(await cloud.raw("PUT", `/${Bucket}/two`, { body: "x", headers: both }))).toBe("InvalidRequest");
    const announced = { "x-amz-sdk-checksum-algorithm": "CRC32" };
    expect(codeOf(await cloud.raw("PUT", `/${Bucket}/two`, { body: "x", headers: announced }))).toBe("InvalidRequest");
  });
});

interface Signed {
  readonly pieces: readonly string[];
  readonly algorithm?: ChecksumAlgorithm;
  readonly trailer?: string;
  readonly damage?: (body: string) => string;
}

/** Sends signed aws-chunked content as AWS's documentation frames it. */
const sendSigned = async ({
  pieces,
  algorithm = "CRC32C",
  trailer,
  damage = (body) => body,
}: Signed): Promise<RawAnswer> => {
  const now = cloud.clock.now();
  const data = pieces.join("");
  const kind = `STREAMING-AWS4-HMAC-SHA256-PAYLOAD${trailer === undefined ? "" : "-TRAILER"}`;
  const headers = sign(
    {
      method: "PUT",
      path: `/${Bucket}/signed`,
      rawQuery: "",
      headers: {
        host: new URL(cloud.endpoint).host,
        "content-encoding": "aws-chunked,gzip",
        "x-amz-content-sha256": kind,
        "x-amz-decoded-content-length": String(Buffer.byteLength(data)),
        ...(trailer !== undefined && { "x-amz-trailer": checksumHeader(algorithm) }),
      },
    },
    { region: "us-east-1", service: "s3", accessKeyId: "local", secretAccessKey: "local", now },
  );
  const amzDate = headers["x-amz-date"] ?? "";
  const scope = { date: amzDate.slice(0, 8), region: "us-east-1", service: "s3", amzDate };
  const key = signingKey("local", scope);
  let previous = /Signature=([0-9a-f]+)/.exec(headers["authorization"] ?? "")?.[1] ?? "";
  let body = "";
  for (const piece of [...pieces, ""]) {
    previous = chunkSignature(key, scope, previous, { data: piece });
    body += `${Buffer.byteLength(piece).toString(16)};chunk-signature=${previous}\r\n${piece}${piece && "\r\n"}`;
  }
  if (trailer !== undefined) {
    const line = `${checksumHeader(algorithm)}:${trailer}`;
    previous = chunkSignature(key, scope, previous, { data: `${line}\n`, trailer: true });
    body += `${line}\r\nx-amz-trailer-signature:${previous}\r\n`;
  }
  const sent = damage(`${body}\r\n`);
  return cloud.raw("PUT", `/${Bucket}/signed`, {
    unsigned: true, // signed above
    headers: { ...headers, "content-length": String(Buffer.byteLength(sent)) },
    body: sent,
  });
};

describe("signed aws-chunked", () => {
  const pieces = ["a".repeat(70_000), "b".repeat(123)];

  test("is unframed, and keeps only the other content encodings", async () => {
    expect((await sendSigned({ pieces })).status).toBe(200);
    expect((await bytesOf("signed")).toString()).toBe(pieces.join(""));
    expect((await cloud.raw("HEAD", `/${Bucket}/signed`)).headers["content-encoding"]).toBe("gzip");
    expect((await sendSigned({ pieces, trailer: sumOf("CRC32C", pieces.join("")) })).status).toBe(200);
  });

  test("a changed byte, a wrong trailer, a missing chunk are refused", async () => {
    const changed = await sendSigned({ pieces, damage: (body) => body.replace("aaaa", "aaab") });
    expect([changed.status, codeOf(changed)]).toEqual([403, "SignatureDoesNotMatch"]);
    expect(codeOf(await sendSigned({ pieces, trailer: sumOf("CRC32C", "other") }))).toBe("BadDigest");
    const cut = await sendSigned({ pieces, damage: (body) => body.slice(0, 1000) });
    expect([cut.status, codeOf(cut)]).toEqual([400, "IncompleteBody"]);
  });
});

const sendUnsigned = (body: string, length: number, more: Record<string, string> = {}) =>
  cloud.raw("PUT", `/${Bucket}/unsigned`, {
    body,
    headers: {
      "content-encoding": "aws-chunked",
      "x-amz-content-sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
      "x-amz-decoded-content-length": String(length),
      ...more,
    },
  });

describe("unsigned aws-chunked", () => {
  const trailer = { "x-amz-trailer": "x-amz-checksum-crc32" };

  test("its trailer is verified and its length must be as announced", async () => {
    const sum = sumOf("CRC32", "hello");
    const framed = `5\r\nhello\r\n0\r\nx-amz-checksum-crc32:${sum}\r\n\r\n`;
    expect((await sendUnsigned(framed, 5, trailer)).status).toBe(200);
    expect((await bytesOf("unsigned")).toString()).toBe("hello");
    expect(codeOf(await sendUnsigned(framed, 6, trailer))).toBe("IncompleteBody");
    expect(codeOf(await sendUnsigned(framed, 4, trailer))).toBe("IncompleteBody");
    expect(codeOf(await sendUnsigned(framed.replace("hello", "hullo"), 5, trailer))).toBe("BadDigest");
    expect(codeOf(await sendUnsigned("5\r\nhello\r\n0\r\n\r\n", 5, trailer))).toBe("MalformedTrailerError");
    expect(codeOf(await sendUnsigned("5\r\nhel", 5, trailer))).toBe("IncompleteBody");
    expect(codeOf(await sendUnsigned("zz\r\nhello\r\n0\r\n\r\n", 5))).toBe("InvalidRequest");
  });
});

/** In chunks of the size that the SDK's streams above are sent in. */
const piecesOf = (text: string): readonly string[] =>
  Array.from({ length: text.length / 65_536 }, (_, index) => text.slice(index * 65_536, (index + 1) * 65_536));

const isSame = async (key: string, bytes: Buffer, answer: RawAnswer): Promise<unknown> =>
  answer.status === 200 ? Buffer.compare(await bytesOf(key), bytes) === 0 : answer.text;

const textOf = (megabytes: number): string => "0123456789ab".repeat((megabytes * MB) / 12);

describe(`${BIG_MB} MB`, () => {
  const text = textOf(BIG_MB);
  const bytes = Buffer.from(text);
  const pieces = piecesOf(text);

  test.each(CHECKSUM_ALGORITHMS)("with %s are byte-identical plain and in signed chunks", async (algorithm) => {
    const [header, sum] = [checksumHeader(algorithm), sumOf(algorithm, bytes)];
    const plain = await cloud.raw("PUT", `/${Bucket}/plain`, { body: bytes, headers: { [header]: sum } });
    expect(await isSame("plain", bytes, plain)).toBe(true);
    expect(await isSame("signed", bytes, await sendSigned({ pieces, algorithm, trailer: sum }))).toBe(true);
  });
});

test("12 MB with Content-MD5, or in signed chunks without a trailer, are byte-identical", async () => {
  const text = textOf(12);
  const bytes = Buffer.from(text);
  const headers = { "content-md5": createHash("md5").update(bytes).digest("base64") };
  const plain = await cloud.raw("PUT", `/${Bucket}/plain`, { body: bytes, headers });
  expect(await isSame("plain", bytes, plain)).toBe(true);
  expect(await isSame("signed", bytes, await sendSigned({ pieces: piecesOf(text) }))).toBe(true);
});
