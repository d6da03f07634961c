import { createHash, createHmac, type Hash, type Hmac } from "node:crypto";
import { describe, expect, test } from "@jest/globals";
import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { SignatureV4 } from "@smithy/signature-v4";
import type { AwsError } from "../gateway/aws-error.ts";
import {
  chunkSignature,
  parseCredential,
  sign,
  signingKey,
  signText,
  verify,
  type VerifiableRequest,
} from "./sigv4.ts";

/** The hash that Smithy's signer asks for, on node:crypto. */
class NodeSha256 {
  readonly #hash: Hash | Hmac;
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash =
      secret === undefined
        ? createHash("sha256")
        : createHmac("sha256", typeof secret === "string" ? secret : bytes(secret));
  }
  update(data: string | Uint8Array): void {
    this.#hash.update(data);
  }
  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.#hash.digest());
  }
  reset(): void {}
}
const bytes = (data: ArrayBuffer | ArrayBufferView): Uint8Array =>
  ArrayBuffer.isView(data) ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength) : new Uint8Array(data);

const NOW = Date.UTC(2026, 0, 15, 12);
const SECRET = "secret";
const signer = (service: string): SignatureV4 =>
  new SignatureV4({
    service,
    region: "eu-west-1",
    credentials: { accessKeyId: "AKID", secretAccessKey: SECRET, sessionToken: "token/+=" },
    sha256: NodeSha256,
    uriEscapePath: service !== "s3",
  });

interface Parts {
  readonly method?: string;
  readonly path?: string;
  readonly query?: Record<string, string | string[]>;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

const smithyRequest = ({ method = "GET", path = "/", query = {}, headers = {}, body }: Parts) => ({
  method,
  protocol: "http:",
  hostname: "127.0.0.1",
  port: 4566,
  path,
  query,
  headers: { host: "127.0.0.1:4566", ...headers },
  ...(body !== undefined && { body }),
});

/** A signed request as it arrives. */
const received = (
  signed: ReturnType<typeof smithyRequest> | Awaited<ReturnType<SignatureV4["sign"]>>,
): VerifiableRequest => ({
  method: signed.method,
  path: signed.path,
  rawQuery: Object.entries(signed.query ?? {})
    .flatMap(([name, values]) => [values ?? ""].flat().map((value) => [name, value].map(encodeURIComponent).join("=")))
    .join("&"),
  headers: Object.fromEntries(Object.entries(signed.headers).map(([name, value]) => [name.toLowerCase(), value])),
  ...("body" in signed && signed.body !== undefined && { payload: String(signed.body) }),
});

const errorOf = (fn: () => unknown): AwsError => {
  try {
    fn();
  } catch (error) {
    return error as AwsError;
  }
  throw new Error("nothing was thrown");
};

const signingDate = new Date(NOW);

describe("requests signed by Smithy's signer verify", () => {
  test.each<[string, string, Parts]>([
    [
      "a JSON call",
      "dynamodb",
      { method: "POST", body: '{"a":1}', headers: { "x-amz-target": "T.Get", "content-type": "json" } },
    ],
    ["a path with an escaped ARN", "lambda", { path: "/2015-03-31/functions/arn%3Aaws%3Alambda/invocations" }],
    ["a path with dots, doubled slashes and a slash at its end", "execute-api", { path: "/a//b/../c%20d/" }],
    [
      "repeated and unsorted query values",
      "execute-api",
      { path: "/x", query: { b: ["2", "1"], a: "!'()* +/", "A~": "" } },
    ],
    [
      "an S3 key with spaces, plus and Unicode",
      "s3",
      { path: "/bucket/a%20b%2B%C3%BC/%25..//x%27y", query: { "x-id": "GetObject" } },
    ],
    [
      "an S3 upload without a body hash",
      "s3",
      { method: "PUT", path: "/b/k", headers: { "x-amz-content-sha256": "UNSIGNED-PAYLOAD" } },
    ],
    ["header values with many spaces", "sqs", { headers: { "x-note": "  a   b ", range: "bytes=0-1" } }],
  ])("%s", async (_, service, parts) => {
    const signed = await signer(service).sign(smithyRequest(parts), { signingDate });
    const result = verify(received(signed), SECRET, [NOW]);
    expect(result).toMatchObject({ accessKeyId: "AKID", region: "eu-west-1", service, sessionToken: "token/+=" });
    expect(result.signedHeaders).toContain("x-amz-date");
  });

  test("a presigned URL lasts until it expires", async () => {
    const request = smithyRequest({ path: "/prod/a%20b", query: { q: "text/plain; x" } });
    const arrived = received(await signer("execute-api").presign(request, { signingDate, expiresIn: 60 }));
    expect(parseCredential(arrived)).toMatchObject({ location: "query", service: "execute-api" });
    expect(verify(arrived, SECRET, [NOW + 60_000])).toMatchObject({ expiresSeconds: 60 });
    const expired = { code: "AccessDenied", status: 403, message: "Request has expired" };
    expect(errorOf(() => verify(arrived, SECRET, [NOW + 61_000]))).toMatchObject(expired);
    expect(errorOf(() => verify(arrived, SECRET, [NOW - 3_600_000]))).toMatchObject({ code: "AccessDenied" });
    expect(verify(arrived, SECRET, [NOW - 3_600_000, NOW])).toBeDefined();
  });

  test("S3's own presigned URL, its body unsigned", async () => {
    const client = new S3Client({
      region: "us-east-1",
      credentials: { accessKeyId: "local", secretAccessKey: SECRET },
    });
    const command = new GetObjectCommand({ Bucket: "bucket", Key: "a b+ü'(1).jpg", ResponseContentType: "image/jpeg" });
    const url = new URL(await getSignedUrl(client, command, { expiresIn: 900, signingDate }));
    const arrived = { method: "GET", path: url.pathname, rawQuery: url.search.slice(1), headers: { host: url.host } };
    expect(verify(arrived, SECRET, [NOW])).toMatchObject({ payloadHash: "UNSIGNED-PAYLOAD", accessKeyId: "local" });
  });
});

describe("a request is refused", () => {
  const request = { method: "POST", path: "/a", rawQuery: "b=1", headers: { host: "h" }, payload: "body" };
  const key = { accessKeyId: "local", secretAccessKey: SECRET, region: "us-east-1", service: "sqs", now: NOW };
  const signed: VerifiableRequest = { ...request, headers: sign(request, key) };
  const withAuthorization = (change: (text: string) => string): VerifiableRequest => ({
    ...signed,
    headers: { ...signed.headers, authorization: change(signed.headers["authorization"] ?? "") },
  });

  test("never when nothing was changed", () => {
    expect(verify(signed, SECRET, [NOW + 899_000])).toMatchObject({
      accessKeyId: "local",
      payloadHash: expect.any(String),
    });
  });

  test.each<[string, VerifiableRequest]>([
    ["method", { ...signed, method: "PUT" }],
    ["path", { ...signed, path: "/b" }],
    ["query", { ...signed, rawQuery: "b=2" }],
    ["body", { ...signed, payload: "Body" }],
    ["signed header", { ...signed, headers: { ...signed.headers, host: "other" } }],
    ["signature", withAuthorization((text) => text.replace(/.$/, (last) => (last === "0" ? "1" : "0")))],
    ["signature's length", withAuthorization((text) => `${text}0`)],
    ["region", withAuthorization((text) => text.replace("us-east-1", "us-east-2"))],
  ])("when its %s was changed", (_, changed) => {
    const refusal = { code: "SignatureDoesNotMatch", status: 403, fields: { CanonicalRequest: expect.any(String) } };
    expect(errorOf(() => verify(changed, SECRET, [NOW]))).toMatchObject(refusal);
  });

  test("when it is more than 15 minutes from every present", () => {
    const late = NOW + 901_000;
    expect(errorOf(() => verify(signed, SECRET, [late, late]))).toMatchObject({
      code: "RequestTimeTooSkewed",
      status: 403,
    });
    expect(verify(signed, SECRET, [late, NOW])).toBeDefined();
  });

  test.each<[string, VerifiableRequest]>([
    ["no signature", withAuthorization((text) => text.replace(/, Signature=.*/, ""))],
    ["a short scope", withAuthorization((text) => text.replace("/us-east-1/sqs", ""))],
    ["an unsigned host", withAuthorization((text) => text.replace("host;", ""))],
    ["another day in its scope", withAuthorization((text) => text.replace("20260115/", "20260114/"))],
    ["another algorithm", withAuthorization((text) => text.replace("AWS4-HMAC-SHA256", "AWS4-ECDSA-P256-SHA256"))],
    ["no date", { ...signed, headers: { ...signed.headers, "x-amz-date": "" } }],
  ])("with %s", (_, broken) => {
    expect(errorOf(() => verify(broken, SECRET, [NOW]))).toMatchObject({ code: "IncompleteSignature", status: 400 });
  });

  test("when it is unsigned", () => {
    expect(parseCredential(request)).toBeUndefined();
    expect(errorOf(() => verify(request, SECRET, [NOW]))).toMatchObject({ code: "MissingAuthenticationToken" });
  });
});

// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
test("chunk signatures are those of AWS's example", () => {
  const scope = { date: "20130524", region: "us-east-1", service: "s3" };
  const key = signingKey("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", scope);
  const at = { ...scope, amzDate: "20130524T000000Z" };
  const seed = "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9";
  const first = chunkSignature(key, at, seed, { data: "a".repeat(65_536) });
  expect(first).toBe("ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648");
  const second = chunkSignature(key, at, first, { data: "a".repeat(1024) });
  expect(second).toBe("0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497");
  expect(chunkSignature(key, at, second, { data: "" })).toBe(
    "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9",
  );
});

// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-post-example.html signs its base64 policy in this way
test("a text is signed with the key of its scope", () => {
  const scope = { date: "20260115", region: "us-east-1", service: "s3" };
  const expected = createHmac("sha256", signingKey(SECRET, scope)).update("policy").digest("hex");
  expect(signText(SECRET, scope, "policy")).toBe(expected);
});
