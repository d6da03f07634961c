// What a request promises of its body: lengths, digests, trailers. `watch` compares, piece by piece.
import { createHash } from "node:crypto";
import {
  algorithmOfHeader,
  type ChecksumAlgorithm,
  checksumHeader,
  createChecksum,
  isChecksumAlgorithm,
  isDigest,
} from "../protocols/checksums.ts";
import { invalidRequest, s3Error } from "./errors.ts";
import type { Headers } from "./headers.ts";

export interface Promised {
  /** Base64. */
  readonly contentMd5?: string;
  /** Hexadecimal, from the signature. */
  readonly sha256?: string;
  readonly algorithm?: ChecksumAlgorithm;
  /** Base64; absent while it is still to come in a trailer. */
  readonly checksum?: string;
  readonly inTrailer: boolean;
}

const promisedMd5 = (headers: Headers): string | undefined => {
  const value = headers["content-md5"];
  if (value === undefined) return undefined;
  if (Buffer.from(value, "base64").length !== 16) throw s3Error("InvalidDigest", { "Content-MD5": value });
  return value;
};

const promisedTrailer = (headers: Headers): ChecksumAlgorithm | undefined => {
  const name = headers["x-amz-trailer"]?.trim().toLowerCase();
  if (name === undefined) return undefined;
  const algorithm = algorithmOfHeader(name);
  if (algorithm !== undefined) return algorithm;
  throw invalidRequest("The value specified in the x-amz-trailer header is not supported");
};

const promisedHeader = (headers: Headers): { algorithm: ChecksumAlgorithm; checksum: string } | undefined => {
  const found = Object.keys(headers).flatMap((name) => algorithmOfHeader(name) ?? []);
  const [algorithm] = found;
  if (algorithm === undefined) return undefined;
  if (found.length > 1)
    throw invalidRequest("Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.");
  const checksum = headers[checksumHeader(algorithm)] ?? "";
  if (isDigest(algorithm, checksum)) return { algorithm, checksum };
  throw invalidRequest(`Value for ${checksumHeader(algorithm)} header is invalid.`);
};

/** Reads the promises of a body's headers; contradictions are InvalidRequest. */
export const promised = (headers: Headers): Promised => {
  const inHeader = promisedHeader(headers);
  const inTrailer = promisedTrailer(headers);
  const named = headers["x-amz-sdk-checksum-algorithm"]?.toUpperCase();
  const algorithm = inHeader?.algorithm ?? inTrailer;
  if (named !== undefined && isChecksumAlgorithm(named) && named !== algorithm)
    throw invalidRequest(
      "x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.",
    );
  const contentMd5 = promisedMd5(headers);
  const signed = headers["x-amz-content-sha256"] ?? "";
  return {
    ...(contentMd5 !== undefined && { contentMd5 }),
    ...(/^[0-9a-f]{64}$/.test(signed) && { sha256: signed }),
    ...(algorithm !== undefined && { algorithm }),
    ...(inHeader !== undefined && { checksum: inHeader.checksum }),
    inTrailer: inHeader === undefined && inTrailer !== undefined,
  };
};

export interface Digests {
  /** MD5, hexadecimal: the ETag. */
  readonly md5: string;
  readonly checksum?: { readonly algorithm: ChecksumAlgorithm; readonly value: string };
}

export interface Watch {
  readonly update: (data: Buffer) => void;
  /** Compares with everything promised; throws BadDigest and its like. */
  readonly finish: (trailers: Headers) => Digests;
}

const compareSha256 = (given: string | undefined, computed: string | undefined): void => {
  if (given === computed || given === undefined) return;
  throw s3Error("XAmzContentSHA256Mismatch", {
    ClientComputedContentSHA256: given,
    S3ComputedContentSHA256: computed,
  });
};

/** Digests a body. `fallback` computes a checksum that nobody promised. */
export const watch = (promise: Promised, fallback?: ChecksumAlgorithm): Watch => {
  const md5 = createHash("md5");
  const sha256 = promise.sha256 === undefined ? undefined : createHash("sha256");
  const algorithm = promise.algorithm ?? fallback;
  const checksum = algorithm && createChecksum(algorithm);
  return {
    update: (data) => {
      md5.update(data);
      sha256?.update(data);
      checksum?.update(data);
    },
    finish: (trailers) => {
      const digest = md5.digest();
      compareSha256(promise.sha256, sha256?.digest("hex"));
      if (promise.contentMd5 !== undefined && promise.contentMd5 !== digest.toString("base64"))
        throw s3Error("BadDigest", { ExpectedDigest: promise.contentMd5, CalculatedDigest: digest.toString("base64") });
      if (algorithm === undefined || checksum === undefined) return { md5: digest.toString("hex") };
      const value = checksum.digest();
      const given = promise.inTrailer ? trailers[checksumHeader(algorithm)] : promise.checksum;
      if (promise.inTrailer && given === undefined) throw s3Error("MalformedTrailerError");
      if (given !== undefined && given !== value)
        throw s3Error("BadDigest", {}, `The ${algorithm} you specified did not match the calculated checksum.`);
      return { md5: digest.toString("hex"), checksum: { algorithm, value } };
    },
  };
};
