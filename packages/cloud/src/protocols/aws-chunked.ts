// The content encoding aws-chunked: `<hex size>[;chunk-signature=…]` CRLF data CRLF … `0` CRLF trailers CRLF, signed or not.
// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
import { AwsError } from "../gateway/aws-error.ts";
import { type ByteReader, createByteReader } from "./byte-reader.ts";
import { chunkSignature, type Scope, signingKey } from "./sigv4-canonical.ts";

/** What verifies `STREAMING-AWS4-HMAC-SHA256-PAYLOAD[-TRAILER]`. */
export interface ChunkSigner {
  readonly secretAccessKey: string;
  readonly scope: Scope & { readonly amzDate: string };
  /** The signature of the request itself: each chunk signs the one before. */
  readonly seed: string;
}

export interface AwsChunkedOptions {
  /** `x-amz-decoded-content-length`. */
  readonly decodedLength: number;
  readonly signer?: ChunkSigner;
  /** Called once, with the trailers' lower-case names. */
  readonly onTrailers: (trailers: Readonly<Record<string, string>>) => void;
}

const LONGEST_LINE = 16 * 1024;
/** A signed chunk is verified before any of it is used, so it is held in memory. */
const LARGEST_SIGNED_CHUNK = 16 * 1024 * 1024;

const incomplete = (): AwsError =>
  new AwsError(
    "IncompleteBody",
    400,
    "You did not provide the number of bytes specified by the Content-Length HTTP header",
  );
const malformed = (what: string): AwsError =>
  new AwsError("InvalidRequest", 400, `The body is not valid aws-chunked content: ${what}`);
const badSignature = (): AwsError =>
  new AwsError(
    "SignatureDoesNotMatch",
    403,
    "The request signature we calculated does not match the signature you provided. Check your key and signing method.",
  );

type Check = (data: Buffer | string, given: string | undefined, trailer?: boolean) => void;

const createCheck = ({ secretAccessKey, scope, seed }: ChunkSigner): Check => {
  const key = signingKey(secretAccessKey, scope);
  let previous = seed;
  return (data, given, trailer = false) => {
    previous = chunkSignature(key, scope, previous, { data, trailer });
    if (given !== previous) throw badSignature();
  };
};

const readHead = async (reader: ByteReader): Promise<{ size: number; signature: string | undefined }> => {
  const line = await reader.line(LONGEST_LINE);
  if (line === undefined) throw incomplete();
  const match = /^([0-9a-fA-F]{1,12})\s*(?:;\s*chunk-signature=([0-9a-f]{64}))?\s*$/.exec(line);
  if (match === null) throw malformed("chunk header");
  return { size: Number.parseInt(match[1] ?? "", 16), signature: match[2] };
};

async function* readChunk(reader: ByteReader, size: number): AsyncGenerator<Buffer> {
  for (let left = size; left > 0;) {
    const data = await reader.some(left);
    if (data === undefined) throw incomplete();
    left -= data.length;
    yield data;
  }
  if ((await reader.line(2)) !== "") throw malformed("chunk end");
}

const wholeChunk = async (reader: ByteReader, size: number): Promise<Buffer> => {
  if (size > LARGEST_SIGNED_CHUNK) throw malformed(`a signed chunk is over ${LARGEST_SIGNED_CHUNK} bytes`);
  const parts: Buffer[] = [];
  for await (const part of readChunk(reader, size)) parts.push(part);
  return Buffer.concat(parts);
};

const readTrailers = async (reader: ByteReader, check: Check | undefined): Promise<Record<string, string>> => {
  const trailers: Record<string, string> = {};
  let signed = "";
  for (let line = await reader.line(LONGEST_LINE); line; line = await reader.line(LONGEST_LINE)) {
    const colon = line.indexOf(":");
    const name = line.slice(0, colon).trim().toLowerCase();
    trailers[name] = line.slice(colon + 1).trim();
    if (name !== "x-amz-trailer-signature") signed += `${name}:${trailers[name]}\n`;
  }
  if (signed !== "") check?.(signed, trailers["x-amz-trailer-signature"], true);
  return trailers;
};

async function* decodeChunks(
  reader: ByteReader,
  { decodedLength, signer, onTrailers }: AwsChunkedOptions,
): AsyncGenerator<Buffer> {
  const check = signer && createCheck(signer);
  let total = 0;
  for (;;) {
    const { size, signature } = await readHead(reader);
    total += size;
    if (total > decodedLength) throw incomplete();
    if (size === 0) {
      check?.("", signature);
      onTrailers(await readTrailers(reader, check));
      if (total !== decodedLength) throw incomplete();
      return;
    }
    if (check === undefined) yield* readChunk(reader, size);
    else {
      const data = await wholeChunk(reader, size);
      check(data, signature);
      yield data;
    }
  }
}

/** The content without its framing; throws on cut bodies, wrong lengths and wrong chunk signatures. */
export async function* decodeAwsChunked(
  source: AsyncIterable<Buffer>,
  options: AwsChunkedOptions,
): AsyncGenerator<Buffer> {
  const reader = createByteReader(source);
  try {
    yield* decodeChunks(reader, options);
  } finally {
    await reader.close();
  }
}
