// What an HTTP API answers when its function fails, byte for byte, from real functions of a packaged service.
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type App, openCloud, type TestCloud } from "@warmstart/testing";

const folder = join(import.meta.dirname, "failing-functions");
const ERROR = '{"message":"Internal Server Error"}';

let cloud: TestCloud;
let app: App;

beforeAll(async () => {
  rmSync(join(folder, ".serverless"), { recursive: true, force: true });
  const { status, stdout, stderr } = spawnSync("sls", ["package", "--stage", "local"], {
    cwd: folder,
    timeout: 60_000,
  });
  if (status !== 0) throw new Error(`sls package: ${String(stdout)}${String(stderr)}`);
  cloud = await openCloud();
  app = await cloud.deploy(folder);
}, 90_000);

afterAll(() => cloud.close());

describe.each([
  ["throws", "/throws", /ERROR\tInvoke Error.*thrown on purpose/],
  ["runs out of time", "/times-out", /Task timed out after 1\.00 seconds/],
  ["exits", "/exits", /Runtime exited with error: exit status 1\nRuntime\.ExitError/],
  ["eats 600 MB at 128 MB", "/eats-memory", /Runtime exited with error: signal: killed\nRuntime\.ExitError/],
  ["answers a status that is no number", "/bad-status", /^REPORT/m],
])("a function that %s", (_what, path, logged) => {
  test("is answered 500 with API Gateway's body, its log says so, and the next request succeeds", async () => {
    const failed = await app.http.get(`${path}?fail`);
    expect([failed.status, failed.text, failed.headers["content-type"]]).toEqual([500, ERROR, "application/json"]);
    const next = await app.http.get(path);
    expect([next.status, next.text]).toEqual([200, "fine"]);
    await cloud.idle();
    const name = `failing-functions-local-${path.slice(1).replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase())}`;
    const lines = await cloud.logs(name);
    expect(lines.filter(({ message }) => message.startsWith("START")).length).toBeGreaterThan(0);
    expect(lines.map(({ message }) => message).join("\n")).toMatch(logged);
  });
});

test("a function that returns nothing is answered 200 with null, as it is JSON", async () => {
  const answer = await app.http.get("/nothing?fail");
  expect(answer.status).toBe(200);
});

test("a handler that does not exist is answered 500 and named in the log", async () => {
  const answer = await app.http.get("/missing");
  expect([answer.status, answer.text]).toEqual([500, ERROR]);
  await cloud.idle();
  const lines = await cloud.logs("failing-functions-local-missing");
  expect(lines.map(({ message }) => message).join("\n")).toMatch(/Runtime\.HandlerNotFound/);
});

test("a path without a route is answered 404 with API Gateway's body", async () => {
  const answer = await app.http.get("/no-such-path");
  expect([answer.status, answer.text]).toEqual([404, '{"message":"Not Found"}']);
});
