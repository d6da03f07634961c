import { afterEach, beforeEach, expect, test } from "@jest/globals";
import type { Effect, FaultRule } from "../faults/faults.ts";
import { openSmallCloud, type SmallCloud } from "./small-cloud.test.fixture.ts";

let cloud: SmallCloud;
const CALLS = `const { request } = require("http"); const call = () => new Promise((resolve, reject) => {
    const { AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID: key, AWS_SESSION_TOKEN: token, AWS_SECRET_ACCESS_KEY: secret } = process.env;
    const { createHash, createHmac } = require("crypto");
    const date = new Date().toISOString().replace(/[-:]|\\.\\d+/g, ""), day = date.slice(0, 8), body = "{}";
    const headers = { host: new URL(AWS_ENDPOINT_URL).host, "x-amz-date": date, "x-amz-security-token": token, "x-amz-target": "Logs_20140328.DescribeLogGroups" };
    const names = Object.keys(headers).sort(), sha = (text) => createHash("sha256").update(text).digest("hex");
    const canonical = ["POST", "/", "", ...names.map((name) => name + ":" + headers[name]), "", names.join(";"), sha(body)].join("\\n");
    const scope = day + "/us-east-1/logs/aws4_request", hmac = (k, text) => createHmac("sha256", k).update(text).digest();
    const signing = ["us-east-1", "logs", "aws4_request"].reduce(hmac, hmac("AWS4" + secret, day));
    const signature = createHmac("sha256", signing).update(["AWS4-HMAC-SHA256", date, scope, sha(canonical)].join("\\n")).digest("hex");
    headers.authorization = "AWS4-HMAC-SHA256 Credential=" + key + "/" + scope + ", SignedHeaders=" + names.join(";") + ", Signature=" + signature;
    headers["content-type"] = "application/x-amz-json-1.1";
    request(AWS_ENDPOINT_URL, { method: "POST", headers }, (answer) => { answer.resume(); answer.on("end", () => resolve(answer.statusCode)); }).on("error", reject).end(body);
  });
  let n = 0; exports.handler = async ({ calls = 0, ms = 0 }) => { n++; const statuses = []; for (let i = 0; i < calls; i++) { statuses.push(await call()); console.log("call " + i); } if (ms) await new Promise((r) => setTimeout(r, ms)); return { n, pid: process.pid, statuses }; }`;

beforeEach(async () => {
  cloud = await openSmallCloud();
  await cloud.createFunction({ name: "fn", code: CALLS });
});
afterEach(() => cloud.close());

const add = (effect: Effect, when: FaultRule["when"] = { times: 1 }): unknown =>
  cloud.ground.faults.add({ match: { service: "lambda", function: "fn" }, when, effect });
const killed = { errorType: "Runtime.ExitError", errorMessage: expect.stringContaining("signal: killed") };

test("an environment dies at the start, or after some ms, and the next call is cold", async () => {
  add({ kind: "kill" });
  expect(await cloud.invoke("fn")).toMatchObject({ failed: true, result: killed });
  expect((await cloud.invoke("fn")).result).toMatchObject({ n: 1 });
  cloud.ground.faults.clear();
  add({ kind: "kill", afterMs: 30 });
  expect(await cloud.invoke("fn", { ms: 5000 })).toMatchObject({ failed: true, result: killed });
  cloud.ground.faults.clear();
  add({ kind: "kill", afterMs: 5000 });
  expect(await cloud.invoke("fn")).toMatchObject({ failed: false });
});

test("an environment dies at its second AWS call, which is not done", async () => {
  expect((await cloud.invoke("fn", { calls: 3 })).result).toMatchObject({ statuses: [200, 200, 200] });
  add({ kind: "kill", call: 2 });
  const before = cloud.requests.list().length;
  const { result, logTail } = await cloud.invoke("fn", { calls: 3 });
  expect(result).toEqual(killed);
  expect(logTail).toContain("call 0");
  expect(logTail).not.toContain("call 1");
  const made = cloud.requests.list().slice(before);
  expect(made.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([0, 200]);
  expect(cloud.lambda.calling("nobody")).toBe("go on");
});

test("an invocation gets a new environment, or ends for want of memory", async () => {
  const first = await cloud.invoke("fn");
  add({ kind: "cold" });
  expect((await cloud.invoke("fn")).result).not.toEqual(first.result);
  cloud.ground.faults.clear();
  add({ kind: "memory" });
  const { result, logTail } = await cloud.invoke("fn");
  expect(result).toEqual(killed);
  expect(logTail).toContain("Max Memory Used: 128 MB");
});

test("an asynchronous event is delivered twice, under one request id", async () => {
  add({ kind: "duplicate" });
  const id = cloud.lambda.invokeAsync({ functionName: "fn", payload: "{}" });
  await cloud.work.idle();
  expect(cloud.lambda.invocations.list().map((record) => record.id)).toEqual([id, id]);
});
