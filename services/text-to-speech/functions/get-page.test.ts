import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { type App, openCloud, type TestCloud } from "@warmstart/testing";
import { setVariables } from "../test/open-tts.ts";

const ISSUER = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_people";
const FILES = [
  ["/", "text/html; charset=utf-8"],
  ["/web/page.css", "text/css"],
  ["/web/player.page.js", "text/javascript"],
  ["/config.json", "application/json"],
] as const;

let cloud: TestCloud;
let app: App;
beforeAll(async () => {
  cloud = await openCloud();
  app = await cloud.deploy("services/text-to-speech", {
    imports: { "users-local-Issuer": ISSUER, "users-local-ClientId": "client" },
  });
});
afterAll(() => cloud.close());

/** Directives of the answer's policy. */
const policyOf = ({ headers }: { readonly headers: Readonly<Record<string, string>> }) =>
  new Map(
    (headers["content-security-policy"] ?? "").split("; ").map((directive) => {
      const [name = "", ...sources] = directive.split(" ");
      return [name, sources] as const;
    }),
  );

test.each(FILES)(
  "%s is there, is what it says, and is asked for again only when it has changed",
  async (path, type) => {
    const answer = await app.http.get(path);
    expect(answer).toBeHttp(200);
    expect(answer.headers).toMatchObject({
      "content-type": type,
      "cache-control": "no-cache",
      "referrer-policy": "no-referrer",
      "x-content-type-options": "nosniff",
    });
    const { etag = "" } = answer.headers;
    const again = await app.http.get(path, { headers: { "if-none-match": etag } });
    expect(again).toMatchObject({ status: 304, text: "" });
  },
);

test("the page may run its own files only, and ask the API, Cognito and the bucket only", async () => {
  const policy = policyOf(await app.http.get("/"));
  expect(policy.get("default-src")).toEqual(["'none'"]);
  expect(policy.get("script-src")).toEqual(["'self'"]);
  expect(policy.get("style-src")).toEqual(["'self'"]);
  expect(policy.get("connect-src")).toEqual(["'self'", cloud.endpoint, cloud.endpoint]); // Cognito and S3, both here
  expect(policy.get("media-src")).toEqual([cloud.endpoint]);
  for (const name of ["form-action", "base-uri", "frame-ancestors"]) expect(policy.get(name)).toEqual(["'none'"]);
  expect(policy.get("require-trusted-types-for")).toEqual(["'script'"]);
});

test("nothing stands in the page itself that its policy would not let run", async () => {
  const { text } = await app.http.get("/");
  expect(text).not.toMatch(/\son\w+=|\sstyle=|<style|javascript:|https?:/i);
  expect(text.match(/<script[^>]*>[^<]*/g)).toEqual([`<script type="module" src="/web/player.page.js">`]);
  const { text: script } = await app.http.get("/web/player.page.js");
  expect(script).not.toMatch(/innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|localStorage|cookie/);
});

test("the page learns where to sign in, and what a character costs", async () => {
  expect(await app.http.get("/config.json")).toBeHttp(200, {
    cognito: cloud.endpoint,
    clientId: "client",
    microUsdPerCharacter: { standard: 4, neural: 16, generative: 30, "long-form": 100 },
  });
});

test.each(["/web/page.ts", "/web/..%2Fconfig.json", "/web/__proto__", "/web/page.css%00"])(
  "there is no %s",
  async (path) => {
    expect(await app.http.get(path)).toBeProblem(404, "not-found");
  },
);

test("on AWS it signs in at the issuer of its people, and may fetch what the presigned URLs of its bucket name", async () => {
  await setVariables(cloud, "getPage", { AWS_ENDPOINT_URL: "" }); // as on AWS
  const Bucket = app.outputs["AudioBucketName"] ?? "";
  const s3 = new S3Client({ region: "us-east-1", credentials: { accessKeyId: "a", secretAccessKey: "b" } });
  const { origin } = new URL(await getSignedUrl(s3, new GetObjectCommand({ Bucket, Key: "a/b.mp3" })));
  const policy = policyOf(await app.http.get("/"));
  expect(policy.get("connect-src")).toEqual(["'self'", "https://cognito-idp.us-east-1.amazonaws.com", origin]);
  expect(policy.get("media-src")).toEqual([origin]);
  const { json } = await app.http.get("/config.json");
  expect(json).toMatchObject({ cognito: "https://cognito-idp.us-east-1.amazonaws.com", clientId: "client" });
});
