import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import {
  CreateBucketCommand,
  DeleteBucketPolicyCommand,
  DeleteObjectsCommand,
  GetBucketCorsCommand,
  GetBucketEncryptionCommand,
  GetBucketPolicyCommand,
  GetBucketTaggingCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  GetPublicAccessBlockCommand,
  HeadObjectCommand,
  PutBucketCorsCommand,
  PutBucketEncryptionCommand,
  PutBucketPolicyCommand,
  PutBucketTaggingCommand,
  PutObjectCommand,
  PutPublicAccessBlockCommand,
} from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { serveS3, type ServedS3 } from "./serve-s3.test.fixture.ts";

let cloud: ServedS3;
const Bucket = "guarded";

beforeAll(async () => {
  cloud = await serveS3({ frozenAt: Date.now() });
  await cloud.sdk.send(new CreateBucketCommand({ Bucket }));
  await cloud.sdk.send(new PutObjectCommand({ Bucket, Key: "public/a", Body: "open" }));
  await cloud.sdk.send(new PutObjectCommand({ Bucket, Key: "private/a", Body: "closed" }));
});
afterAll(() => cloud.close());

const allow = (Action: string | string[], Resource: string | string[]): object => ({
  Effect: "Allow",
  Action,
  Resource,
});
const ARN = `arn:aws:s3:::${Bucket}`;

describe("roles", () => {
  test("without s3:ListBucket a missing object is 403, with it 404", async () => {
    const reader = await cloud.roleWith("reader", [allow("s3:GetObject", `${ARN}/*`)]);
    const lister = await cloud.roleWith("lister", [allow(["s3:GetObject", "s3:ListBucket"], [ARN, `${ARN}/*`])]);
    const missing = { Bucket, Key: "missing" };
    await expect(reader.send(new GetObjectCommand(missing))).rejects.toMatchObject({ name: "AccessDenied" });
    await expect(lister.send(new GetObjectCommand(missing))).rejects.toMatchObject({ name: "NoSuchKey" });
    await expect(reader.send(new HeadObjectCommand(missing))).rejects.toMatchObject({
      $metadata: { httpStatusCode: 403 },
    });
    await expect(lister.send(new HeadObjectCommand(missing))).rejects.toMatchObject({
      $metadata: { httpStatusCode: 404 },
    });
    expect((await reader.send(new HeadObjectCommand({ Bucket, Key: "private/a" }))).ContentLength).toBe(6);
  });

  test("denials name the role, the action and the resource", async () => {
    const reader = await cloud.roleWith("only-reader", [allow("s3:GetObject", `${ARN}/*`)]);
    await expect(reader.send(new PutObjectCommand({ Bucket, Key: "x", Body: "x" }))).rejects.toMatchObject({
      name: "AccessDenied",
      message:
        `User: arn:aws:sts::000000000000:assumed-role/only-reader/session is not authorized to perform: s3:PutObject ` +
        `on resource: "${ARN}/x" because no identity-based policy allows the s3:PutObject action`,
    });
  });

  test("DeleteObjects judges each key", async () => {
    const deleter = await cloud.roleWith("deleter", [allow("s3:DeleteObject", `${ARN}/trash/*`)]);
    const Objects = [{ Key: "trash/1" }, { Key: "private/a" }];
    const answer = await deleter.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    expect(answer.Deleted).toMatchObject([{ Key: "trash/1" }]);
    expect(answer.Errors).toMatchObject([{ Key: "private/a", Code: "AccessDenied" }]);
  });

  test("a bucket that does not exist is NoSuchBucket to everybody", async () => {
    const nobody = await cloud.roleWith("nobody", []);
    const get = new GetObjectCommand({ Bucket: "nowhere", Key: "x" });
    await expect(nobody.send(get)).rejects.toMatchObject({ name: "NoSuchBucket" });
  });
});

const putPolicy = (document: object) =>
  cloud.sdk.send(new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify(document) }));

const anonymous = (path: string) => cloud.raw("GET", path, { unsigned: true });

describe("bucket policies", () => {
  const policy = {
    Version: "2012-10-17",
    Statement: [{ ...allow("s3:GetObject", `${ARN}/public/*`), Principal: "*" }],
  };

  test("open what they say to unsigned requests, and nothing else", async () => {
    expect((await anonymous(`/${Bucket}/public/a`)).status).toBe(403);
    await putPolicy(policy);
    expect(await anonymous(`/${Bucket}/public/a`)).toMatchObject({ status: 200, text: "open" });
    expect((await anonymous(`/${Bucket}/private/a`)).status).toBe(403);
    expect((await anonymous(`/${Bucket}/public/missing`)).status).toBe(403);
    expect((await anonymous(`/${Bucket}/public/a?response-content-type=x%2Fy`)).status).toBe(400);
    const { Policy } = await cloud.sdk.send(new GetBucketPolicyCommand({ Bucket }));
    expect(JSON.parse(Policy ?? "")).toEqual(policy);
  });

  test("a public access block stops them", async () => {
    const block = { BlockPublicPolicy: true, RestrictPublicBuckets: true };
    await cloud.sdk.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration: block }));
    expect((await anonymous(`/${Bucket}/public/a`)).status).toBe(403);
    await expect(putPolicy(policy)).rejects.toMatchObject({ name: "AccessDenied" });
    const { PublicAccessBlockConfiguration: stored } = await cloud.sdk.send(
      new GetPublicAccessBlockCommand({ Bucket }),
    );
    expect(stored).toEqual({ ...block, BlockPublicAcls: false, IgnorePublicAcls: false });
    await cloud.sdk.send(new DeleteBucketPolicyCommand({ Bucket }));
    await expect(cloud.sdk.send(new GetBucketPolicyCommand({ Bucket }))).rejects.toMatchObject({
      name: "NoSuchBucketPolicy",
    });
  });

  test.each([
    ["another bucket", { ...policy, Statement: [{ ...allow("s3:GetObject", "arn:aws:s3:::x/*"), Principal: "*" }] }],
    ["no principal", { ...policy, Statement: [allow("s3:GetObject", `${ARN}/*`)] }],
    ["another service", { ...policy, Statement: [{ ...allow("sqs:*", `${ARN}/*`), Principal: "*" }] }],
    ["no statement", { Version: "2012-10-17" }],
    ["a resource that is a number", { Statement: { ...policy.Statement[0], Resource: 5 } }],
    ["a condition that is null", { Statement: { ...policy.Statement[0], Condition: { StringEquals: null } } }],
  ])("with %s are malformed", async (_what, document) => {
    await expect(putPolicy(document)).rejects.toMatchObject({ name: "MalformedPolicy" });
  });

  test("are told what is wrong with them", async () => {
    const statement = { ...policy.Statement[0], Resource: 5 };
    await expect(putPolicy({ Statement: statement })).rejects.toThrow("Resource must be a text or a list of texts");
  });
});

describe("presigned URLs", () => {
  test("read and write until they expire on the cloud's clock; tampering is 403", async () => {
    const command = new PutObjectCommand({ Bucket, Key: "presigned", ContentType: "text/plain" });
    const putUrl = await getSignedUrl(cloud.sdk, command, { expiresIn: 600 });
    expect((await fetch(putUrl, { method: "PUT", body: "by url" })).status).toBe(200);
    const getUrl = await getSignedUrl(
      cloud.sdk,
      new GetObjectCommand({ Bucket, Key: "presigned", ResponseContentType: "text/css" }),
      { expiresIn: 600 },
    );
    const answer = await fetch(getUrl);
    expect([answer.status, answer.headers.get("content-type"), await answer.text()]).toEqual([
      200,
      "text/css",
      "by url",
    ]);
    expect((await fetch(getUrl.replace("presigned?", "private/a?"))).status).toBe(403);
    await cloud.clock.advance(601_000);
    const late = await fetch(getUrl);
    expect([late.status, await late.text()]).toEqual([403, expect.stringContaining("Request has expired")]);
  });

  test("the signer's role is asked when the URL is used", async () => {
    const none = await cloud.roleWith("none", []);
    const url = await getSignedUrl(none, new GetObjectCommand({ Bucket, Key: "private/a" }), {
      expiresIn: 600,
      signingDate: new Date(cloud.clock.now()),
    });
    expect((await fetch(url)).status).toBe(403);
  });
});

const preflight = (headers: Record<string, string>) =>
  cloud.raw("OPTIONS", `/${Bucket}/x`, { unsigned: true, headers });

describe("CORS", () => {
  const origin = "https://app.example";
  const ask = {
    origin,
    "access-control-request-method": "PUT",
    "access-control-request-headers": "Content-Type, x-amz-meta-a",
  };

  test("the preflight needs no signature and answers the rule's headers, or 403", async () => {
    expect((await preflight(ask)).text).toContain("CORS is not enabled for this bucket");
    const rule = {
      AllowedOrigins: ["https://*.example"],
      AllowedMethods: ["PUT", "POST", "GET"],
      AllowedHeaders: ["content-type", "x-amz-*"],
      ExposeHeaders: ["ETag"],
      MaxAgeSeconds: 300,
    };
    await cloud.sdk.send(new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules: [rule] } }));
    expect((await cloud.sdk.send(new GetBucketCorsCommand({ Bucket }))).CORSRules).toEqual([rule]);
    expect(await preflight(ask)).toMatchObject({
      status: 200,
      headers: {
        "access-control-allow-origin": origin,
        "access-control-allow-methods": "PUT, POST, GET",
        "access-control-allow-headers": "content-type, x-amz-meta-a",
        "access-control-expose-headers": "ETag",
        "access-control-max-age": "300",
      },
    });
    expect((await preflight({ ...ask, origin: "https://evil.test" })).status).toBe(403);
    expect((await preflight({ ...ask, "access-control-request-method": "DELETE" })).status).toBe(403);
    expect((await preflight({ ...ask, "access-control-request-headers": "authorization" })).status).toBe(403);
    expect((await preflight({ origin })).status).toBe(400);
  });

  test("answers and errors carry them, so that a page can read why it was refused", async () => {
    const found = await cloud.raw("GET", `/${Bucket}/private/a`, { headers: { origin } });
    expect(found).toMatchObject({ status: 200, headers: { "access-control-allow-origin": origin } });
    const refused = await cloud.raw("GET", `/${Bucket}/private/a`, { unsigned: true, headers: { origin } });
    expect(refused).toMatchObject({ status: 403, headers: { "access-control-allow-origin": origin } });
    const foreign = await cloud.raw("GET", `/${Bucket}/private/a`, { headers: { origin: "https://evil.test" } });
    expect(foreign.headers["access-control-allow-origin"]).toBeUndefined();
  });
});

describe("stored settings", () => {
  test("come back as they were put", async () => {
    const { sdk } = cloud;
    const rule = { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" as const }, BucketKeyEnabled: true };
    await sdk.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: { Rules: [rule] } }));
    const encryption = await sdk.send(new GetBucketEncryptionCommand({ Bucket }));
    expect(encryption.ServerSideEncryptionConfiguration?.Rules).toEqual([rule]);
    const Tagging = { TagSet: [{ Key: "STAGE", Value: "local" }] };
    await sdk.send(new PutBucketTaggingCommand({ Bucket, Tagging }));
    expect((await sdk.send(new GetBucketTaggingCommand({ Bucket }))).TagSet).toEqual(Tagging.TagSet);
    expect((await sdk.send(new GetBucketVersioningCommand({ Bucket }))).Status).toBeUndefined();
  });

  test("encryption by KMS keys is refused, not ignored", async () => {
    const rule = { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms" as const } };
    const put = new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: { Rules: [rule] } });
    await expect(cloud.sdk.send(put)).rejects.toMatchObject({ name: "NotImplemented" });
  });
});
