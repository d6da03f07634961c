// The admin API: every route answers by its schema, wrong questions get a problem that says what is wrong.
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { type Cloud, createCloud } from "../index.ts";

let cloud: Cloud;

beforeAll(async () => {
  cloud = await createCloud({ port: 0, frozenAt: Date.parse("2026-01-15T12:00:00Z") });
});
afterAll(() => cloud.close());

const ask = async (line: string, body?: unknown, headers: Record<string, string> = {}) => {
  const [method = "GET", path = ""] = line.split(" ");
  const init = {
    method,
    headers,
    ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
  };
  const response = await fetch(`${cloud.endpoint}/_warmstart/v1${path}`, init);
  return { status: response.status, json: (await response.json()) as Record<string, unknown> };
};

test("the clock tells its time and mode, and moves by durations as people type them", async () => {
  expect((await ask("GET /clock")).json).toEqual({ now: "2026-01-15T12:00:00.000Z", mode: "frozen" });
  expect((await ask("POST /clock", { advance: "1h30m" })).json).toMatchObject({ now: "2026-01-15T13:30:00.000Z" });
  expect((await ask("POST /clock", { advance: 1000 })).json).toMatchObject({ now: "2026-01-15T13:30:01.000Z" });
  const wrong = await ask("POST /clock", { advance: "soon" });
  expect(wrong).toMatchObject({ status: 400, json: { status: 400 } });
  expect((await ask("POST /clock", { mode: "real" })).status).toBe(409);
});

test("faults are added, listed with their counts, and cleared", async () => {
  const rule = { match: { service: "sts", action: "Get*" }, when: { nth: 1 }, effect: { kind: "throttle" } };
  const added = await ask("POST /faults", rule);
  expect(added).toMatchObject({ status: 200, json: { ...rule, id: expect.any(String) } });
  expect((await ask("GET /faults")).json).toEqual({ faults: [{ ...added.json, seen: 0, struck: 0 }] });
  expect((await ask(`DELETE /faults/${String(added.json["id"])}`)).status).toBe(200);
  expect((await ask("DELETE /faults/none")).status).toBe(404);
  expect((await ask("GET /faults")).json).toEqual({ faults: [] });
});

test.each([
  ["POST /faults", { effect: { kind: "explode" } }, "kind"],
  ["POST /faults", { effect: { kind: "delay" } }, "ms"],
  ["POST /faults", { match: { sevice: "s3" }, effect: { kind: "reset" } }, "sevice"],
  ["POST /clock", "{", "JSON"],
  ["GET /requests?limit=0", undefined, "limit"],
])("%s with %j is a 400 that names what is wrong", async (line, body, named) => {
  const { status, json } = await ask(line, body);
  expect(status).toBe(400);
  expect(json["detail"]).toContain(named);
});

test("what does not exist is a 404", async () => {
  for (const line of [
    "GET /nothing",
    "GET /functions/none",
    "GET /invocations/none",
    "GET /traces/none",
    "GET /resources/none",
  ]) {
    expect((await ask(line)).status).toBe(404);
  }
});

test("a page of another origin is refused, on the feed too", async () => {
  for (const path of ["GET /state", "GET /events"]) {
    expect((await ask(path, undefined, { origin: "http://evil.example" })).status).toBe(403);
  }
});

test("costs say that they are an estimate, of which prices", async () => {
  expect((await ask("GET /costs")).json).toMatchObject({
    estimate: true,
    prices: expect.any(String),
    usd: expect.any(Number),
  });
});
