// The verbs of `warmstart` as typed, against a cloud with a service in it.
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { openCloud, type TestCloud } from "@warmstart/testing";

const CLI = join(import.meta.dirname, "../dist/cli.js");
const EVENT = join(import.meta.dirname, "../../../events/url-shortener/open-api-ok.json");

const imports = { "users-local-Issuer": "https://users.example", "users-local-ClientId": "nobody" };
let cloud: TestCloud;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "warmstart-verbs-"));
  cloud = await openCloud();
  await cloud.deploy("services/url-shortener", { imports });
}, 60_000);
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await cloud.close();
});

interface Ran {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

const warmstart = (...args: string[]): Promise<Ran> =>
  new Promise((resolve) => {
    const env = { ...process.env, WARMSTART_PORT: new URL(cloud.endpoint).port, NODE_OPTIONS: "" };
    const program = ["--disable-warning=ExperimentalWarning", CLI, ...args];
    execFile(process.execPath, program, { env, cwd: folder }, (error, out, err) =>
      resolve({ status: typeof error?.code === "number" ? error.code : 0, out, err }),
    );
  });

describe("clock", () => {
  test("tells the time, advances by a duration and prints what fired", async () => {
    expect((await warmstart("clock")).out).toMatch(/^it is 2026-01-15T12:00:00.000Z \(frozen\)\n$/);
    const advanced = await warmstart("clock", "advance", "1h30m");
    expect(advanced).toMatchObject({ status: 0, out: expect.stringContaining("it is 2026-01-15T13:30:00.000Z") });
  });

  test("a duration that is none, and an unknown word, are usage errors that say what is right", async () => {
    const wrong = await warmstart("clock", "advance", "soon");
    expect([wrong.status, wrong.err]).toEqual([2, expect.stringContaining("500ms, 90s, 15m, 3h or 1d, not soon")]);
    expect((await warmstart("clock", "stop")).status).toBe(2);
  });
});

describe("invoke and events", () => {
  test("an event from a file is answered on stdout; it can be listed, and replayed", async () => {
    const invoked = await warmstart("invoke", "openApi", "--path", EVENT);
    expect(invoked.status).toBe(0);
    expect(JSON.parse(invoked.out)).toMatchObject({ statusCode: 200 });
    expect(invoked.err).toMatch(/START RequestId[^]*REPORT RequestId/);

    const listed = JSON.parse((await warmstart("events", "list", "openApi", "--json")).out) as { id: string }[];
    expect(listed).toHaveLength(1);
    const replayed = await warmstart("events", "replay", listed[0]?.id ?? "");
    expect(JSON.parse(replayed.out)).toMatchObject({ statusCode: 200 });
    expect((await warmstart("events", "list", "openApi")).out.match(/ok/g)).toHaveLength(2);
  });

  test("a function that fails is exit status 1; an unknown one is named beside those that exist", async () => {
    expect(await warmstart("invoke", "countClicks", "--data", "{}")).toMatchObject({
      status: 1,
      out: expect.stringContaining("Not an event of a CloudWatch Logs subscription"),
    });
    const unknown = await warmstart("invoke", "nothing");
    expect([unknown.status, unknown.err]).toEqual([
      1,
      expect.stringMatching(/nothing: .*url-shortener-local-redirect/),
    ]);
    expect((await warmstart("invoke", "redirect", "--data", "{")).status).toBe(2);
    expect((await warmstart("events", "replay", "none")).status).toBe(1);
  });
});

test("a fault is added, strikes, is listed with its count, and is cleared", async () => {
  const added = await warmstart("fault", "add", "throttle", "--service", "logs", "--times", "1");
  const [, id = ""] = /fault (\w+) is armed/.exec(added.out) ?? [];
  await cloud.clock.advance(0); // the kit's clock follows the one that the verb has moved
  await expect(cloud.call("logs", "Logs_20140328.DescribeLogGroups", {})).rejects.toThrow("ThrottlingException");
  expect((await warmstart("fault", "list")).out).toMatch(
    new RegExp(`^${id}  throttle  on service=logs  times=1  struck 1 of`),
  );
  expect(await warmstart("fault", "clear", id)).toMatchObject({ status: 0 });
  expect((await warmstart("fault", "list")).out).toBe("no faults are armed\n");
  expect(await warmstart("fault", "add", "explode")).toMatchObject({ status: 1 });
});

test("status shows functions with their calls, queues and what is inert; logs can be filtered by level", async () => {
  const { out } = await warmstart("status");
  expect(out).toMatch(/url-shortener-local-openApi\n +\d+ calls, 0 failed/);
  expect(out).toContain("PointInTimeRecoverySpecification");
  expect((await warmstart("logs", "openApi")).out).toContain("REPORT RequestId");
  expect((await warmstart("logs", "openApi", "--level", "error")).out).toBe("");
  expect((await warmstart("logs", "--level", "loud")).status).toBe(2);
});

test("--help after a verb does nothing but help, and words that a verb does not take are refused", async () => {
  expect(await warmstart("down", "--help")).toMatchObject({ status: 0, out: expect.stringContaining("fault add") });
  for (const wrong of [
    ["down", "--foo"],
    ["env", "foo"],
    ["clock", "advance", "3h", "more"],
    ["events", "list", "a", "b"],
  ]) {
    expect((await warmstart(...wrong)).status).toBe(2);
  }
  expect((await warmstart("clock")).status).toBe(0); // it still runs
}, 20_000);

test("an unknown verb prints the usage, in 80 columns", async () => {
  const { status, err } = await warmstart("fly");
  expect(status).toBe(2);
  expect(err.split("\n").every((line) => line.length <= 80)).toBe(true);
});
