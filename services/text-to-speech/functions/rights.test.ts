// What the roles may do is what the functions do: no right too many, none too few.
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { PollyClient, PutLexiconCommand } from "@aws-sdk/client-polly";
import { expectLeastPrivilege, signIn, sqsEvent, type TestUser } from "@warmstart/testing";
import { aPost, openTts, type Tts } from "../test/open-tts.ts";

let tts: Tts;
let ann: TestUser;
beforeAll(async () => {
  tts = await openTts();
  ann = await tts.person();
});
afterAll(() => tts.cloud.close());

const LEXICON = `<?xml version="1.0" encoding="UTF-8"?>
<lexicon version="1.0" xmlns="http://www.w3.org/2005/01/pronunciation-lexicon" alphabet="ipa" xml:lang="en-US">
  <lexeme><grapheme>W3C</grapheme><alias>World Wide Web Consortium</alias></lexeme>
</lexicon>`;

/** More than an item of the table may hold, and little to say. */
const LARGE = { ssml: `<speak>What the W3C says is kept in the bucket.<!--${"x".repeat(400_000)}--></speak>` };

test("the lives of a few posts use every right", async () => {
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const polly = new PollyClient({ endpoint: tts.cloud.endpoint, region: "us-east-1", credentials });
  await polly.send(new PutLexiconCommand({ Name: "w3c", Content: LEXICON }));
  polly.destroy();
  await tts.setVariables("createPost", { DAILY_BUDGET: "0.0001" });
  expect(await tts.post(ann, LARGE)).toBeProblem(429, "budget-exhausted");
  expect(await tts.objects()).toEqual([]);
  await tts.setVariables("createPost", { DAILY_BUDGET: "5" });

  // The audio of the first try cannot be stored.
  const match = { service: "s3", action: "UploadPart" };
  await tts.cloud.faults.add({ match, when: { nth: 1 }, effect: { kind: "error", code: "InvalidRequest", status: 400 } });
  const body = { ...LARGE, lexicons: ["w3c"], marks: true };
  const first = await tts.post(ann, body, { "idempotency-key": "rights-0001" });
  expect(first).toBeHttp(202);
  await tts.cloud.idle();
  await tts.cloud.clock.advance("31m"); // its message comes again
  await tts.cloud.idle();
  Object.assign(ann, await signIn(tts.cloud, tts.users, ann));
  const { id } = first.json as { id: string }; // the API's schema
  const { status, audioUrl = "", marksUrl = "" } = await tts.view(ann, id);
  expect(status).toBe("ready");
  expect((await tts.objects()).filter((key) => key.startsWith("t/"))).toEqual([`t/${id}`]);

  const { headers } = await tts.get(ann, "/posts");
  const feed = /<([^>]*)>; rel="alternate"/.exec(headers["link"] ?? "")?.[1] ?? "";
  const token = new URLSearchParams(feed.split("?")[1]).get("token") ?? "";
  for (const path of [feed, "/voices", "/", "/openapi.json"]) expect((await tts.app.http.get(path)).status).toBe(200);
  const { location = "" } = (await tts.app.http.get(`/audio/${id}?token=${token}`)).headers;
  for (const url of [audioUrl, marksUrl, location]) expect((await fetch(url)).status).toBe(200);
  expect((await tts.post(ann, body)).status).toBe(200);
  const stuck = aPost(ann.id, { status: "synthesizing" });
  await tts.put(stuck);
  await tts.invoke("failPost", sqsEvent([{ id: stuck.id }], { receiveCount: 4 }));
  expect(await tts.view(ann, stuck.id)).toMatchObject({ status: "failed" });
  expect((await tts.remove(ann, id)).status).toBe(204);
  expect((await tts.objects()).filter((key) => key.startsWith("t/"))).toEqual([]);
  // Of a post that is deleted while it is spoken.
  await expectLeastPrivilege(tts.app, { unused: ["SynthesizeRole s3:DeleteObject"] });
}); // prettier-ignore

test("no role may scan, or do on all there is what has narrower names", () => {
  const file = new URL("../.serverless/cloudformation-template-update-stack.json", import.meta.url);
  const { Resources } = JSON.parse(readFileSync(file, "utf8")) as { Resources: Record<string, { Type: string }> }; // osls wrote it
  const roles = JSON.stringify(Object.values(Resources).filter(({ Type }) => Type === "AWS::IAM::Role"));
  expect(roles).not.toMatch(/dynamodb:Scan|dynamodb:\*|s3:\*|polly:\*/);
  const wide = [...roles.matchAll(/"Action":(\[[^\]]*\]),"Resource":\["\*"\]/g)].map(([, actions]) => actions);
  expect(new Set(wide)).toEqual(new Set([`["polly:DescribeVoices"]`, `["polly:SynthesizeSpeech"]`]));
});
