import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { CreateBucketCommand, HeadObjectCommand, PutBucketPolicyCommand, type S3Client } from "@aws-sdk/client-s3";
import { createPresignedPost, type PresignedPostOptions } from "@aws-sdk/s3-presigned-post";
import { createChecksum } from "../protocols/checksums.ts";
import { serveS3, type ServedS3 } from "./serve-s3.test.fixture.ts";

let cloud: ServedS3;
const Bucket = "originals";
const Key = "uploads/1/photo ü.png";

beforeAll(async () => {
  cloud = await serveS3({ frozenAt: Date.now() });
  await cloud.sdk.send(new CreateBucketCommand({ Bucket }));
});
afterAll(() => cloud.close());

interface Presigned {
  readonly url: string;
  readonly fields: Record<string, string>;
}
const presign = (options: Partial<PresignedPostOptions> = {}, client: S3Client = cloud.sdk): Promise<Presigned> =>
  createPresignedPost(client, {
    Bucket,
    Key,
    Conditions: [
      ["content-length-range", 1, 100],
      ["eq", "$Content-Type", "image/png"],
    ],
    Fields: { "Content-Type": "image/png" },
    Expires: 600,
    ...options,
  });

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly code: string | undefined;
  readonly headers: Headers;
}
const post = async (
  { url, fields }: Presigned,
  file: string | Buffer = "pixels",
  more: Record<string, string> = {},
): Promise<Answer> => {
  const form = new FormData();
  for (const [name, value] of Object.entries({ ...fields, ...more })) form.append(name, value);
  form.append("file", new Blob([file]), "from browser.png");
  const answer = await fetch(url, { method: "POST", body: form, redirect: "manual" });
  const text = await answer.text();
  return { status: answer.status, text, code: /<Code>(.*?)<\/Code>/.exec(text)?.[1], headers: answer.headers };
};
const head = (key = Key) => cloud.sdk.send(new HeadObjectCommand({ Bucket, Key: key }));

const asked = (fields: Record<string, string>) => presign({ Fields: { "Content-Type": "image/png", ...fields } });

describe("a presigned POST", () => {
  let before: readonly string[];
  beforeEach(() => {
    before = cloud.files();
  });

  test("fields that no header can carry are refused, and nothing is stored", async () => {
    for (const [name, value] of [
      ["Cache-Control", "no-cache\r\nx-evil: 1"],
      ["Content-Disposition", "attachment; filename=\u0000"],
      ["Content-Language", "日本語"],
      ["x-amz-meta-a b", "x"],
    ] as const) {
      const form = await presign({ Fields: { "Content-Type": "image/png", [name]: value } });
      expect((await post(form)).code).toBe("InvalidArgument");
    }
    expect(cloud.files()).toEqual(before);
    await post(await asked({ "x-amz-meta-note": "two\r\nlines" }));
    expect((await head()).Metadata).toEqual({ note: expect.any(String) });
  });

  test("stores the file with the fields it was given, and answers 204", async () => {
    const form = await presign({
      Fields: { "Content-Type": "image/png", "x-amz-meta-by": "Zoë", "Cache-Control": "no-cache" },
    });
    const answer = await post(form);
    expect([answer.status, answer.text]).toEqual([204, ""]);
    expect(answer.headers.get("etag")).toMatch(/^"[0-9a-f]{32}"$/);
    expect(await head()).toMatchObject({ ContentType: "image/png", ContentLength: 6, CacheControl: "no-cache" });
  });

  test("answers 200, or 201 with a document, when it was asked to, and refuses to redirect", async () => {
    expect((await post(await asked({ success_action_status: "200" }))).status).toBe(200);
    const created = await post(await asked({ success_action_status: "201" }));
    expect([created.status, created.text]).toEqual([201, expect.stringContaining(`<Key>${Key}</Key>`)]);
    const redirected = await post(await asked({ success_action_redirect: "https://app.example/done?a=1" }));
    expect([redirected.status, redirected.text]).toEqual([501, expect.stringContaining("success_action_redirect")]);
  });

  test("fills the file's name into the key, and judges the filled key", async () => {
    const form = await presign({ Key: "uploads/2/${filename}" });
    expect((await post(form)).status).toBe(204);
    expect((await head("uploads/2/from browser.png")).ContentLength).toBe(6);
  });

  test.each<[string, Record<string, string>, RegExp]>([
    ["another key", { key: "elsewhere" }, /Policy Condition failed: \["eq", "\$key", "uploads\/1\/photo ü.png"\]/],
    [
      "another type",
      { "Content-Type": "text/html" },
      /Policy Condition failed: \["eq", "\$Content-Type", "image\/png"\]/,
    ],
    ["an extra field", { "x-amz-meta-extra": "1" }, /Extra input fields: x-amz-meta-extra/],
    ["an extra acl", { acl: "private" }, /Extra input fields: acl/],
  ])("refuses %s with 403 and stores nothing", async (_what, more, message) => {
    const answer = await post(await presign(), "pixels", more);
    expect([answer.status, answer.code]).toEqual([403, "AccessDenied"]);
    expect(answer.text.replaceAll("&quot;", '"')).toMatch(message);
    expect(cloud.files()).toEqual(before);
  });

  test("refuses files outside its length range", async () => {
    const large = await post(await presign(), Buffer.alloc(101));
    expect([large.status, large.code]).toEqual([400, "EntityTooLarge"]);
    const huge = await post(await presign(), Buffer.alloc(20 * 1024 * 1024));
    expect(huge.code).toBe("EntityTooLarge");
    const empty = await post(await presign(), "");
    expect([empty.status, empty.code]).toEqual([400, "EntityTooSmall"]);
    expect(cloud.files()).toEqual(before);
  });

  test("refuses a changed policy, a changed signature, an unknown key", async () => {
    const form = await presign();
    const { fields } = form;
    const wide = Buffer.from(JSON.stringify({ expiration: "2099-01-01T00:00:00Z", conditions: [] })).toString("base64");
    expect((await post(form, "x", { Policy: wide })).code).toBe("SignatureDoesNotMatch");
    expect((await post(form, "x", { "X-Amz-Signature": "0".repeat(64) })).code).toBe("SignatureDoesNotMatch");
    const foreign = (fields["X-Amz-Credential"] ?? "").replace("local", "AKIAREAL");
    expect((await post(form, "x", { "X-Amz-Credential": foreign })).code).toBe("InvalidAccessKeyId");
  });

  test("asks what the signer may do when it is used", async () => {
    const statement = { Effect: "Allow", Action: "s3:PutObject", Resource: `arn:aws:s3:::${Bucket}/uploads/*` };
    const allowed = await cloud.roleWith("uploader", [statement]);
    expect((await post(await presign({}, allowed))).status).toBe(204);
    const denied = await cloud.roleWith("stranger", []);
    const answer = await post(await presign({}, denied));
    expect([answer.status, answer.code]).toEqual([403, "AccessDenied"]);
    expect(answer.text).toContain("assumed-role/stranger/session is not authorized to perform: s3:PutObject");
    const stolen = await presign({}, allowed);
    expect((await post(stolen, "x", { "X-Amz-Security-Token": "other" })).code).toBe("InvalidToken");
  });

  test("a checksum field is verified", async () => {
    const checksum = createChecksum("SHA256");
    checksum.update(Buffer.from("pixels"));
    const form = await presign({ Fields: { "Content-Type": "image/png", "x-amz-checksum-sha256": checksum.digest() } });
    expect((await post(form)).status).toBe(204);
    expect((await post(form, "other")).code).toBe("BadDigest");
  });

  test("expires on the cloud's clock", async () => {
    const form = await presign();
    await cloud.clock.advance(601_000);
    const answer = await post(form);
    expect([answer.status, answer.text]).toEqual([
      403,
      expect.stringContaining("Invalid according to Policy: Policy expired."),
    ]);
  });
});

const sendAs = (contentType: string, body: string) =>
  cloud.raw("POST", `/${Bucket}`, { unsigned: true, headers: { "content-type": contentType }, body });

describe("forms without a signature", () => {
  test("need a bucket policy", async () => {
    const url = `${cloud.endpoint}/${Bucket}`;
    expect((await post({ url, fields: { key: "open/x" } })).code).toBe("AccessDenied");
    const Statement = [
      { Effect: "Allow", Principal: "*", Action: "s3:PutObject", Resource: `arn:aws:s3:::${Bucket}/open/*` },
    ];
    await cloud.sdk.send(new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify({ Statement }) }));
    expect((await post({ url, fields: { key: "open/x" } })).status).toBe(204);
    expect((await post({ url, fields: { key: "closed/x" } })).code).toBe("AccessDenied");
  });

  test("that are no forms are refused", async () => {
    expect((await sendAs("text/plain", "x")).status).toBe(412);
    const form = "multipart/form-data; boundary=b";
    expect((await sendAs(form, "nothing")).text).toContain("MalformedPOSTRequest");
    expect(
      (await sendAs(form, '--b\r\nContent-Disposition: form-data; name="key"\r\n\r\nk\r\n--b--\r\n')).text,
    ).toContain("exactly one file");
    const long = `--b\r\nContent-Disposition: form-data; name="key"\r\n\r\n${"k".repeat(30_000)}\r\n--b--\r\n`;
    expect((await sendAs(form, long)).text).toContain("MaxPostPreDataLengthExceeded");
  });
});
