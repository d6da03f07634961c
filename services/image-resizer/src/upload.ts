// An upload: permission to put one file, of one type and at most 25 MB, under one key, for ten minutes.
import { createHash, randomBytes } from "node:crypto";
import { notFound } from "@warmstart/middleware";
import * as v from "valibot";
import { reject } from "./rejections.ts";

export const UPLOAD_PREFIX = "uploads/";
export const UPLOAD_SECONDS = 600;
const CONTENT_TYPES: readonly string[] = ["image/jpeg", "image/png", "image/gif", "image/webp", "image/avif"];

export const NewUpload = v.strictObject({
  fileName: v.pipe(
    v.string(),
    v.minLength(1),
    v.maxBytes(200),
    v.regex(/^[^/\p{Cc}\p{Cs}]*$/u, "must not hold / or control characters"),
    // S3 puts the name of the sent file in its place, so the key would not be the one that was signed.
    v.check((name) => !name.includes("${filename}"), "must not hold ${filename}"),
  ),
  contentType: v.string(),
});
export type NewUpload = v.InferOutput<typeof NewUpload>;

const ID = /^[0-9a-f]{32}$/;
export const UploadPath = v.strictObject({ uploadId: v.pipe(v.string(), v.regex(ID)) });

/** What became of an upload, as `GET /uploads/{uploadId}` tells it. */
export type UploadState =
  | { readonly status: "waiting" | "processing" }
  | { readonly status: "done"; readonly imageId: string }
  | { readonly status: "rejected" | "failed"; readonly problem: { readonly code: string; readonly detail: string } };

export interface UploadRecords {
  expect(uploadId: string, upload: NewUpload): Promise<void>;
  state(uploadId: string): Promise<UploadState | undefined>;
}

/** Signs the form with which a browser sends the file: S3's presigned POST, because only a POST can bind the size. */
export type SignForm = (form: {
  readonly key: string;
  readonly contentType: string;
}) => Promise<{ readonly url: string; readonly fields: Readonly<Record<string, string>> }>;

/** The upload that a key belongs to; a file that came without `POST /uploads` has one by its key. */
export const uploadIdOf = (key: string): string => {
  const [id = "", name] = key.slice(UPLOAD_PREFIX.length).split("/");
  return name && ID.test(id) ? id : createHash("sha256").update(key).digest("hex").slice(0, 32);
};

export const createUpload = async (records: UploadRecords, signForm: SignForm, upload: NewUpload) => {
  const { fileName, contentType } = upload;
  if (!CONTENT_TYPES.includes(contentType)) {
    throw reject("unsupported-media-type", `contentType must be one of ${CONTENT_TYPES.join(", ")}`);
  }
  const uploadId = randomBytes(16).toString("hex");
  const form = await signForm({ key: `${UPLOAD_PREFIX}${uploadId}/${fileName}`, contentType });
  await records.expect(uploadId, upload);
  return { uploadId, ...form, expiresAt: new Date(Date.now() + UPLOAD_SECONDS * 1000).toISOString() };
};

export const getUpload = async (records: UploadRecords, uploadId: string): Promise<UploadState> => {
  const state = await records.state(uploadId);
  if (!state) throw notFound(`There is no upload ${uploadId}`);
  return state;
};
