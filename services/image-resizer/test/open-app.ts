// The packaged service in a cloud of the test's own, and what its users do with it.
import { ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { openCloud, send, type App, type HttpResult, type TestCloud } from "@warmstart/testing";
import "@warmstart/testing/matchers";
import type { UploadState } from "../src/upload.ts";
import type { Manifest } from "../src/variants.ts";

export interface NewUploadAnswer {
  readonly uploadId: string;
  readonly url: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly expiresAt: string;
}

export interface TestApp {
  readonly cloud: TestCloud;
  readonly app: App;
  readonly s3: S3Client;
  readonly originals: string;
  readonly variants: string;
  /** Signed as somebody who may call the API. */
  readonly get: (path: string, headers?: Readonly<Record<string, string>>) => Promise<HttpResult>;
  readonly post: (path: string, body: unknown) => Promise<HttpResult>;
  readonly newUpload: (fileName: string, contentType?: string) => Promise<NewUploadAnswer>;
  readonly uploadState: (uploadId: string) => Promise<UploadState>;
  readonly manifest: (imageId: string) => Promise<Manifest>;
  /** Calls `resize` with an event and waits for its answer. */
  readonly resize: (event: unknown) => Promise<{ readonly failed: boolean; readonly text: string }>;
  /** Sends an event to `resize` as S3 does, and does not wait. */
  readonly deliver: (event: unknown) => Promise<void>;
  /** ETag (MD5 of the bytes) of every object in the variants bucket, by key. */
  readonly variantEtags: () => Promise<Readonly<Record<string, string | undefined>>>;
  /** The log lines of `resize` that tell of an image. */
  readonly outcomes: () => Promise<readonly Record<string, unknown>[]>;
}

/** In a cloud of its own, or in the given one. */
export const openApp = async (given?: TestCloud): Promise<TestApp> => {
  const cloud = given ?? (await openCloud());
  const app = await cloud.deploy("services/image-resizer");
  const sign = { service: "execute-api" };
  const get: TestApp["get"] = async (path, headers = {}) => app.http.get(path, { sign, headers });
  const post: TestApp["post"] = async (path, body) => app.http.post(path, { sign, body });
  const s3 = new S3Client({
    endpoint: cloud.endpoint,
    region: "us-east-1",
    forcePathStyle: true,
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
  const variants = app.outputs["VariantsBucketName"] ?? "";
  const invocations = `${cloud.endpoint}/2015-03-31/functions/image-resizer-local-resize/invocations`;
  return {
    cloud,
    app,
    s3,
    originals: app.outputs["OriginalsBucketName"] ?? "",
    variants,
    get,
    post,
    newUpload: async (fileName, contentType = "image/jpeg") =>
      (await post("/uploads", { fileName, contentType })).json as NewUploadAnswer, // the API's own answer
    uploadState: async (uploadId) => (await get(`/uploads/${uploadId}`)).json as UploadState,
    manifest: async (imageId) => (await get(`/images/${imageId}`)).json as Manifest,
    resize: async (event) => {
      const { headers, text } = await send("POST", invocations, { body: event, sign: { service: "lambda" } });
      return { failed: "x-amz-function-error" in headers, text };
    },
    deliver: async (event) => {
      const headers = { "x-amz-invocation-type": "Event" };
      await send("POST", invocations, { body: event, headers, sign: { service: "lambda" } });
    },
    variantEtags: async () => {
      const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: variants }));
      return Object.fromEntries(Contents.map(({ Key = "", ETag }) => [Key, ETag]));
    },
    outcomes: async () => {
      const lines = await cloud.logs("image-resizer-local-resize");
      const json = lines.filter(({ message }) => message.startsWith("{") && message.includes('"message":"image '));
      return json.map(({ message }) => JSON.parse(message) as Record<string, unknown>);
    },
  };
};

/** What a browser sends for the form: its fields, then the file. */
export const sendForm = async (
  { url, fields }: Pick<NewUploadAnswer, "url" | "fields">,
  bytes: Buffer,
  changed: Readonly<Record<string, string>> = {},
): Promise<{ readonly status: number; readonly text: string }> => {
  const form = new FormData();
  for (const [name, value] of Object.entries({ ...fields, ...changed })) form.append(name, value);
  form.append("file", new Blob([new Uint8Array(bytes)]), "file");
  const answer = await fetch(url, { method: "POST", body: form });
  return { status: answer.status, text: await answer.text() };
};
