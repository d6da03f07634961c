// Objects in the bucket, as jobs see them: chunks that were spoken, and what is made of them.
import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  type CreateMultipartUploadCommandInput,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type S3Client,
  S3ServiceException,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { audioKey, chunkKey, chunkMarksKey, marksKey, textKey } from "./keys.ts";
import { inPieces } from "./pieces.ts";
import type { Post } from "./post.ts";
import type { AudioStore, ChunkAbout } from "./ports.ts";

/** S3's least for all parts but the last: https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
const PART_BYTES = 5 * 1024 ** 2;

const CONTENT_TYPES = { mp3: "audio/mpeg", ogg: "audio/ogg" } as const;
const CACHE = "private, max-age=31536000, immutable";

/** RFC 5987: the title as it is, in UTF-8. */
const attachment = (title: string, ending: string): string => {
  const encoded = encodeURIComponent(`${title.replaceAll(/[\p{C}/\\]/gu, " ").trim() || "post"}.${ending}`);
  return `attachment; filename*=UTF-8''${encoded.replaceAll(/['()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)}`;
};

/** Undefined for what is not there; other errors are thrown on. */
const orAbsent = async <T>(found: Promise<T>): Promise<T | undefined> => {
  try {
    return await found;
  } catch (error) {
    if (error instanceof S3ServiceException && error.$metadata.httpStatusCode === 404) return undefined;
    throw error;
  }
};

/** One object of parts that come one after another; what was sent is thrown away when one of them fails. */
const upload = async (
  s3: S3Client,
  input: CreateMultipartUploadCommandInput,
  parts: AsyncIterable<Uint8Array>,
): Promise<number> => {
  const { Bucket, Key } = input;
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand(input));
  try {
    const Parts: CompletedPart[] = [];
    let bytes = 0;
    for await (const Body of inPieces(parts, PART_BYTES)) {
      const PartNumber = Parts.length + 1;
      const { ETag } = await s3.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body }));
      Parts.push({ PartNumber, ETag });
      bytes += Body.length;
    }
    await s3.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } }));
    return bytes;
  } catch (error) {
    await s3.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
    throw error;
  }
};

export const s3Audio = (s3: S3Client, Bucket: string): AudioStore => {
  const bytesOf = async (Key: string): Promise<Uint8Array> => {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
    return (await Body?.transformToByteArray()) ?? new Uint8Array();
  };
  const textOf = async (Key: string): Promise<string> => Buffer.from(await bytesOf(Key)).toString();

  return {
    text: (id) => textOf(textKey(id)),
    chunkMarks: (owner, hash) => orAbsent(textOf(chunkMarksKey(owner, hash))),
    readChunk: (owner, hash) => bytesOf(chunkKey(owner, hash)),

    async chunk(owner, hash) {
      const found = await orAbsent(s3.send(new HeadObjectCommand({ Bucket, Key: chunkKey(owner, hash) })));
      return found && (JSON.parse(found.Metadata?.["about"] ?? "") as ChunkAbout); // as putChunk wrote it
    },

    async putChunk(owner, hash, about, Body) {
      const Metadata = { about: JSON.stringify(about) };
      await s3.send(new PutObjectCommand({ Bucket, Key: chunkKey(owner, hash), Body, Metadata }));
    },

    async putChunkMarks(owner, hash, Body) {
      await s3.send(new PutObjectCommand({ Bucket, Key: chunkMarksKey(owner, hash), Body }));
    },

    putAudio: ({ owner, postHash, format, title }, parts) =>
      upload(
        s3,
        {
          Bucket,
          Key: audioKey(owner, postHash, format),
          ContentType: CONTENT_TYPES[format],
          ContentDisposition: attachment(title, format),
          CacheControl: CACHE,
        },
        parts,
      ),

    async putMarks({ owner, postHash }: Post, Body) {
      const Key = marksKey(owner, postHash);
      const kind = { ContentType: "application/json", CacheControl: CACHE };
      await s3.send(new PutObjectCommand({ Bucket, Key, Body, ...kind }));
    },
  };
};
