// The packaged service in a cloud of the test's own, and what its users do with it.
import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { openCloud, send, sqsEvent, type App, type HttpResult, type TestCloud } from "@warmstart/testing";
import "@warmstart/testing/matchers";
import { fileId } from "../src/files.ts";
import type { Metadata } from "../src/document/metadata.ts";

export interface NewUploadAnswer {
  readonly id: string;
  readonly url: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly expiresAt: string;
}

type Headers = Readonly<Record<string, string>>;

export interface TestApp {
  readonly cloud: TestCloud;
  readonly app: App;
  readonly s3: S3Client;
  readonly incoming: string;
  readonly results: string;
  /** Signed as somebody who may call the API. */
  readonly get: (path: string, headers?: Headers) => Promise<HttpResult>;
  readonly post: (path: string, body: unknown) => Promise<HttpResult>;
  readonly newUpload: (fileName: string, sizeBytes: number) => Promise<NewUploadAnswer>;
  /** Puts an object into the incoming bucket; its file's id, and the version. */
  readonly put: (key: string, bytes: Uint8Array) => Promise<Stored>;
  readonly idOf: (key: string) => string;
  /** As `GET /files/{id}` answers it. */
  readonly document: (id: string) => Promise<Metadata>;
  /** Calls a function of the queues with one message, and waits; true when it took the message. */
  readonly deliver: (name: "extract" | "scanChunk", message: unknown) => Promise<boolean>;
  /** Runs a function with other variables than the template's from here on. */
  readonly setVariables: (name: string, variables: Headers) => Promise<void>;
  /** The item of a file in DynamoDB's JSON. */
  readonly item: (id: string) => Promise<Readonly<Record<string, Readonly<Record<string, unknown>>>>>;
  readonly json: (key: string) => Promise<unknown>;
}

export interface Stored {
  readonly id: string;
  readonly versionId: string;
  readonly etag: string;
}

/** In a cloud of its own, or in the given one. */
export const openApp = async (given?: TestCloud): Promise<TestApp> => {
  const cloud = given ?? (await openCloud());
  const app = await cloud.deploy("services/segy-metadata");
  const sign = { service: "execute-api" };
  const get: TestApp["get"] = async (path, headers = {}) => app.http.get(path, { sign, headers });
  const post: TestApp["post"] = async (path, body) => app.http.post(path, { sign, body });
  const s3 = new S3Client({
    endpoint: cloud.endpoint,
    region: "us-east-1",
    forcePathStyle: true,
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
  const incoming = app.outputs["IncomingBucketName"] ?? "";
  const results = app.outputs["ResultsBucketName"] ?? "";
  const lambda = async (method: string, path: string, body: unknown): Promise<HttpResult> =>
    send(method, `${cloud.endpoint}/2015-03-31/functions/segy-metadata-local-${path}`, {
      body,
      sign: { service: "lambda" },
    });
  return {
    cloud,
    app,
    s3,
    incoming,
    results,
    get,
    post,
    newUpload: async (fileName, sizeBytes) => (await post("/uploads", { fileName, sizeBytes })).json as NewUploadAnswer, // the API's own answer
    put: async (Key, Body) => {
      const { VersionId = "", ETag = "" } = await s3.send(new PutObjectCommand({ Bucket: incoming, Key, Body }));
      return { id: fileId(incoming, Key), versionId: VersionId, etag: ETag.replaceAll('"', "") };
    },
    idOf: (key) => fileId(incoming, key),
    document: async (id) => (await get(`/files/${id}`)).json as Metadata, // the API's own answer
    deliver: async (name, message) => {
      const { headers, json } = await lambda("POST", `${name}/invocations`, sqsEvent([message]));
      const { batchItemFailures = [] } = (json ?? {}) as { batchItemFailures?: readonly unknown[] }; // Lambda's format
      return !("x-amz-function-error" in headers) && batchItemFailures.length === 0;
    },
    setVariables: async (name, variables) => {
      const { json } = await lambda("GET", name, undefined);
      const { Configuration } = json as { Configuration: { Environment: { Variables: Headers } } }; // Lambda's format
      const Variables = { ...Configuration.Environment.Variables, ...variables };
      await lambda("PUT", `${name}/configuration`, { Environment: { Variables } });
    },
    item: async (id) => {
      const { Item } = await cloud.call("dynamodb", "DynamoDB_20120810.GetItem", {
        TableName: app.resource("FilesTable"),
        Key: { id: { S: id } },
      });
      return (Item ?? {}) as Record<string, Record<string, unknown>>; // DynamoDB's JSON
    },
    json: async (Key) => {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: results, Key }));
      return JSON.parse((await Body?.transformToString()) ?? "") as unknown;
    },
  };
};

/** What a browser sends for the form: its fields, then the file. */
export const sendForm = async (
  { url, fields }: Pick<NewUploadAnswer, "url" | "fields">,
  bytes: Uint8Array,
  changed: Headers = {},
): Promise<{ readonly status: number; readonly text: string }> => {
  const form = new FormData();
  for (const [name, value] of Object.entries({ ...fields, ...changed })) form.append(name, value);
  form.append("file", new Blob([new Uint8Array(bytes)]), "file");
  const answer = await fetch(url, { method: "POST", body: form });
  return { status: answer.status, text: await answer.text() };
};

/** What does not depend on where the file lies; as JSON, which knows no undefined. */
export const contentOf = ({ basis: _basis, source: _source, id: _id, ...rest }: Metadata): unknown =>
  JSON.parse(JSON.stringify(rest));
