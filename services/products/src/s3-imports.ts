// The bucket of imports: uploads/ as they come, parts/ of results on the way, results/ for who sent the file.
import type { Readable } from "node:stream";
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  PutObjectCommand,
  S3ServiceException,
  UploadPartCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { createPresignedPost } from "@aws-sdk/s3-presigned-post";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import {
  FILE_BYTES,
  FORM_SECONDS,
  ImportFailure,
  type ImportFile,
  type ImportId,
  type SignImportForm,
} from "./import.ts";
import type { ImportPorts, ImportResults } from "./import-products.ts";

const MB = 1024 ** 2;
/** One GET. */
const RANGE_BYTES = 4 * MB;
/** Of a multipart upload; S3 takes none under 5 MB but the last. */
const PIECE_BYTES = 8 * MB;
const LINK_SECONDS = 300;
/** At a body. */
const ATTEMPTS = 3;

const partKey = (id: ImportId, part: number): string => `parts/${id}/${part}.csv`;
const resultKey = (id: ImportId): string => `results/${id}.csv`;

/** S3 itself checks expiry, key, type and size of what is sent with the form. */
export const s3SignImportForm =
  (s3: S3Client, Bucket: string): SignImportForm =>
  async (Key) =>
    createPresignedPost(s3, {
      Bucket,
      Key,
      Fields: { "Content-Type": "text/csv" },
      Conditions: [["content-length-range", 0, FILE_BYTES]],
      Expires: FORM_SECONDS,
    });

export const s3ResultUrl =
  (s3: S3Client, Bucket: string) =>
  async (id: ImportId): Promise<string> =>
    getSignedUrl(s3, new GetObjectCommand({ Bucket, Key: resultKey(id) }), { expiresIn: LINK_SECONDS });

/** The end of the import in place of S3's error, when the file is not there any more; any other error as it is. */
const translated = (error: unknown, { key, versionId }: ImportFile): unknown => {
  if (!(error instanceof S3ServiceException)) return error;
  // 405: the version is a delete marker; 412: its bytes are others than the event told of.
  if (![404, 405, 412].includes(error.$metadata.httpStatusCode ?? 0)) return error;
  return new ImportFailure("file-gone", `${key} (version ${versionId}) was deleted or replaced`, { cause: error });
};

/** Ranges of one version, one after another. No byte of another version comes through, whatever replaces it. */
export const s3ReadImport = (s3: S3Client): ImportPorts["read"] => {
  const range = async (file: ImportFile, start: number, end: number): Promise<Uint8Array> => {
    const { bucket: Bucket, key: Key, versionId: VersionId, etag } = file;
    const Range = `bytes=${start}-${end - 1}`;
    const get = new GetObjectCommand({ Bucket, Key, VersionId, IfMatch: `"${etag}"`, Range });
    const { Body } = await s3.send(get).catch((error: unknown) => {
      throw translated(error, file);
    });
    return Body ? Body.transformToByteArray() : new Uint8Array();
  };
  /** The SDK tries a request again, but not a body that breaks off. */
  const attempt = async (file: ImportFile, start: number, end: number): Promise<Uint8Array> => {
    for (let left = ATTEMPTS; ; left--) {
      try {
        const bytes = await range(file, start, end);
        if (bytes.length === end - start) return bytes;
        if (left === 1) throw new Error(`S3 sent ${bytes.length} of ${end - start} bytes`);
      } catch (error) {
        if (left === 1 || error instanceof ImportFailure) throw error;
      }
    }
  };
  return async function* (file, fromByte) {
    for (let start = fromByte; start < file.sizeBytes; start += RANGE_BYTES) {
      yield await attempt(file, start, Math.min(start + RANGE_BYTES, file.sizeBytes));
    }
  };
};

/** Chunks joined to pieces of at least `PIECE_BYTES`; the last may be smaller. There is always one. */
const pieces = async function* (chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let held: Uint8Array[] = [];
  let heldBytes = 0;
  for await (const chunk of chunks) {
    if (heldBytes >= PIECE_BYTES) {
      yield Buffer.concat(held);
      [held, heldBytes] = [[], 0];
    }
    held.push(chunk);
    heldBytes += chunk.length;
  }
  yield Buffer.concat(held);
};

export const s3ImportResults = (s3: S3Client, Bucket: string): ImportResults => {
  const kind = { Bucket, ContentType: "text/csv; charset=utf-8" };

  const textOf = async function* (id: ImportId, header: string, parts: number): AsyncGenerator<Uint8Array> {
    yield Buffer.from(header);
    for (let part = 0; part < parts; part++) {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: partKey(id, part) }));
      yield* Body as Readable; // the SDK's in Node
    }
  };

  /** A failed one is not aborted here: the bucket's lifecycle does it. */
  const multipart = async (Key: string, first: Buffer, rest: AsyncIterable<Buffer>): Promise<void> => {
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ ...kind, Key }));
    const Parts: { ETag: string | undefined; PartNumber: number }[] = [];
    const upload = async (Body: Buffer): Promise<void> => {
      const PartNumber = Parts.length + 1;
      const { ETag } = await s3.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body }));
      Parts.push({ ETag, PartNumber });
    };
    await upload(first);
    for await (const piece of rest) await upload(piece);
    await s3.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } }));
  };

  return {
    writePart: async (id, part, text) => {
      await s3.send(new PutObjectCommand({ ...kind, Key: partKey(id, part), Body: text }));
    },
    publish: async (id, header, parts) => {
      const [Key, rest] = [resultKey(id), pieces(textOf(id, header, parts))];
      const { value: first = Buffer.alloc(0) } = await rest.next();
      if (first.length >= PIECE_BYTES) await multipart(Key, first, rest);
      else await s3.send(new PutObjectCommand({ ...kind, Key, Body: first }));
    },
  };
};
