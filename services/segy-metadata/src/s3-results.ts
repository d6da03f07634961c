// The bucket of results: files/{id}.json, and under parts/ what the chunks of a scan leave for the last of them.
import { gunzipSync, gzipSync } from "node:zlib";
import {
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3ServiceException,
  type S3Client,
} from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import type { Results } from "./chunks.ts";
import type { FindDocument, Run } from "./files.ts";
import type { Metadata } from "./document/metadata.ts";

/** Lambda answers at most 6 MB. */
const LARGEST_ANSWER_BYTES = 5 * 1024 ** 2;
const REDIRECT_SECONDS = 300;

const documentKey = (id: string): string => `files/${id}.json`;

/** Newer runs have the larger text. */
const orderOf = ({ sequencer, scans }: Run): string => `${sequencer}-${String(scans).padStart(8, "0")}`;

/** Metadata that says which run wrote a document. */
const RUN = "run";

const isRefused = (error: unknown): boolean =>
  // 409: two conditional writes at once.
  error instanceof S3ServiceException && [409, 412].includes(error.$metadata.httpStatusCode ?? 0);

type Condition = { readonly IfNoneMatch: "*" } | { readonly IfMatch: string };

export const s3Results = (s3: S3Client, Bucket: string): Results => {
  const put = async (run: Run, document: Metadata, condition: Condition): Promise<boolean> => {
    const input = {
      Bucket,
      Key: documentKey(run.id),
      Body: JSON.stringify(document),
      ContentType: "application/json",
      Metadata: { [RUN]: orderOf(run) },
    };
    try {
      await s3.send(new PutObjectCommand({ ...input, ...condition }));
      return true;
    } catch (error) {
      if (isRefused(error)) return false;
      throw error;
    }
  };
  return {
    // Compare and swap: between the look and the write no other run gets in unnoticed.
    putDocument: async (run, document) => {
      let condition: Condition = { IfNoneMatch: "*" };
      while (!(await put(run, document, condition))) {
        const found = await s3.send(new HeadObjectCommand({ Bucket, Key: documentKey(run.id) }));
        if ((found.Metadata?.[RUN] ?? "") > orderOf(run)) return false;
        condition = { IfMatch: found.ETag ?? "" };
      }
      return true;
    },
    write: async (Key, value) => {
      const Body = gzipSync(JSON.stringify(value));
      const kind = { ContentType: "application/json", ContentEncoding: "gzip" };
      await s3.send(new PutObjectCommand({ Bucket, Key, Body, ...kind }));
    },
    read: async (Key) => {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
      return JSON.parse(gunzipSync((await Body?.transformToByteArray()) ?? "").toString()) as unknown;
    },
  };
};

export const s3Documents =
  (s3: S3Client, Bucket: string): FindDocument =>
  async (id) => {
    const get = new GetObjectCommand({ Bucket, Key: documentKey(id) });
    const { Body, ETag = "", ContentLength = 0 } = await s3.send(get);
    if (ContentLength <= LARGEST_ANSWER_BYTES) return { text: (await Body?.transformToString()) ?? "", etag: ETag };
    return { url: await getSignedUrl(s3, get, { expiresIn: REDIRECT_SECONDS }) };
  };
