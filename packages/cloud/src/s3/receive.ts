// A request's body into a body file: unframed, counted, digested; kept only when everything promised is true.
import type { Readable } from "node:stream";
import { decodeAwsChunked, type ChunkSigner } from "../protocols/aws-chunked.ts";
import { AwsError } from "../gateway/aws-error.ts";
import type { ChecksumAlgorithm } from "../protocols/checksums.ts";
import { parseClaim } from "../protocols/sigv4-credential.ts";
import type { Segment } from "./bodies.ts";
import { invalidRequest, s3Error } from "./errors.ts";
import type { Headers } from "./headers.ts";
import { type Digests, type Promised, promised, watch } from "./integrity.ts";
import { S3_LIMITS } from "./limits.ts";
import type { S3State } from "./model.ts";
import type { S3Call } from "./request.ts";

export interface Received extends Digests {
  readonly segments: readonly Segment[];
  readonly sizeBytes: number;
}

/** Bytes to store, from wherever they come. `trailers` is asked after the last one. */
export interface Incoming {
  readonly data: AsyncIterable<Buffer>;
  readonly promise: Promised;
  /** Computed when nothing was promised. */
  readonly algorithm?: ChecksumAlgorithm;
  readonly trailers?: () => Headers;
  /** Called with the running size; throws to refuse. */
  readonly onSize?: (sizeBytes: number) => void;
}

/** What is recorded of received bytes. */
export const recordOf = ({ segments, sizeBytes, md5, checksum }: Received) => ({
  segments,
  sizeBytes,
  etag: md5,
  ...(checksum && { checksum: { ...checksum, type: "FULL_OBJECT" } as const }),
});

/** Stores bytes in a new body file. On any failure nothing is left. */
export const store = async (s3: Pick<S3State, "bodies">, incoming: Incoming): Promise<Received> => {
  const seen = watch(incoming.promise, incoming.algorithm);
  const draft = await s3.bodies.draft();
  let sizeBytes = 0;
  try {
    for await (const data of incoming.data) {
      sizeBytes += data.length;
      incoming.onSize?.(sizeBytes);
      seen.update(data);
      await draft.write(data);
    }
    const digests = seen.finish(incoming.trailers?.() ?? {});
    return { ...digests, segments: await draft.keep(), sizeBytes };
  } catch (error) {
    await draft.drop();
    throw error;
  }
};

/** The stream's pieces. A refused upload must not cut the connection before the client has read why: it is drained. */
export async function* pieces(stream: Readable): AsyncGenerator<Buffer> {
  try {
    for await (const data of stream.iterator({ destroyOnReturn: false })) yield data as Buffer; // no encoding is set
  } catch (error) {
    if (error instanceof AwsError) throw error;
    throw s3Error("IncompleteBody"); // the client went away
  } finally {
    stream.resume();
  }
}

const signerOf = (s3: S3State, { call, headers }: S3Call): ChunkSigner | undefined => {
  if (!headers["x-amz-content-sha256"]?.startsWith("STREAMING-AWS4-")) return undefined;
  const claim = parseClaim(call.request);
  const key = claim && s3.iam.findKey(claim.accessKeyId);
  if (claim === undefined || key === undefined) throw s3Error("AccessDenied");
  return { secretAccessKey: key.secretAccessKey, scope: claim, seed: claim.signature };
};

const lengthOf = (headers: Headers, chunked: boolean): number => {
  const text = headers[chunked ? "x-amz-decoded-content-length" : "content-length"];
  if (text === undefined) throw s3Error("MissingContentLength");
  const length = Number(text);
  if (!/^\d+$/.test(text)) throw s3Error("InvalidArgument", { ArgumentValue: text }, "Invalid content length");
  if (length > S3_LIMITS.putBytes)
    throw s3Error("EntityTooLarge", { ProposedSize: length, MaxSizeAllowed: S3_LIMITS.putBytes });
  return length;
};

/** Stores the body of this request, aws-chunked in all variants included, after verifying all that it promises. */
export const receive = (s3: S3State, request: S3Call, algorithm?: ChecksumAlgorithm): Promise<Received> => {
  const { headers, call } = request;
  const source = pieces(call.request.stream);
  const chunked =
    headers["x-amz-content-sha256"]?.startsWith("STREAMING-") === true ||
    headers["content-encoding"]?.split(",").some((coding) => coding.trim() === "aws-chunked") === true;
  const length = lengthOf(headers, chunked);
  const promise = promised(headers);
  const about = { promise, ...(algorithm && { algorithm }) };
  if (!chunked) return store(s3, { ...about, data: exactly(source, length) });
  let trailers: Headers = {};
  const signer = signerOf(s3, request);
  const data = decodeAwsChunked(source, {
    decodedLength: length,
    ...(signer && { signer }),
    onTrailers: (given) => {
      trailers = given;
    },
  });
  return store(s3, { ...about, data, trailers: () => trailers });
};

async function* exactly(source: AsyncIterable<Buffer>, length: number): AsyncGenerator<Buffer> {
  let total = 0;
  for await (const data of source) {
    total += data.length;
    yield data;
  }
  if (total !== length) throw s3Error("IncompleteBody");
}

/** A small body (XML) with everything that its headers promise verified. */
export const readDocument = async ({ call, headers }: S3Call, digestNeeded = false): Promise<Buffer> => {
  const promise = promised(headers);
  if (digestNeeded && promise.contentMd5 === undefined && promise.checksum === undefined)
    throw invalidRequest("Missing required header for this request: Content-MD5");
  const body = await call.request.body();
  const seen = watch(promise);
  seen.update(body);
  seen.finish({});
  return body;
};
