import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { politeFetch, type PoliteAnswer, type PoliteRequest } from "./polite-fetch.ts";

type Answer = (response: ServerResponse, request: IncomingMessage) => void;

const NOW = Date.parse("2026-01-15T02:07:00Z");
const CLOCK = Symbol.for("warmstart.clock");

let server: Server;
let base: string;
/** One per request; the last one stays. */
let answers: Answer[] = [];
let seen: { readonly headers: IncomingMessage["headers"]; readonly at: number }[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    seen.push({ headers: request.headers, at: Date.now() });
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    answer?.(response, request);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // it listens on a port
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

beforeEach(() => {
  [answers, seen] = [[], []];
  jest.useFakeTimers({ now: NOW, doNotFake: ["nextTick", "queueMicrotask", "setImmediate", "setTimeout", "clearTimeout", "setInterval", "clearInterval", "clearImmediate", "performance", "hrtime"] }); // prettier-ignore
  // As under the frozen clock of the local cloud: who waits moves the time on.
  Reflect.set(globalThis, CLOCK, { skip: (ms: number) => jest.setSystemTime(Date.now() + ms) });
});
afterEach(() => {
  jest.useRealTimers();
  Reflect.deleteProperty(globalThis, CLOCK);
});

const say =
  (status: number, body: string | Buffer = "{}", headers: Record<string, string> = {}): Answer =>
  (response) =>
    response.writeHead(status, { date: new Date().toUTCString(), ...headers }).end(body);

const reset: Answer = (response) => response.socket?.destroy();
const truncated: Answer = (response) => {
  response.writeHead(200, { "content-length": "100" }).write("{");
  setImmediate(() => response.socket?.destroy());
};

const options = { userAgent: "warmstart-weather/0.1.0 ann@example.org", random: () => 1 };

const ask = (request: Partial<PoliteRequest> = {}, more: { timeoutMs?: number } = {}): Promise<PoliteAnswer> => {
  const signal = AbortSignal.timeout(10_000);
  return politeFetch({ ...options, ...more })({ url: `${base}/forecast`, server: "met", rps: 2, signal, ...request });
};

const secondsPassed = (): number => (Date.now() - NOW) / 1000;

describe("asks only when it may", () => {
  test("before Expires nothing is sent", async () => {
    expect(await ask({ state: { expires: NOW + 1 } })).toEqual({ kind: "fresh" });
    expect(seen).toHaveLength(0);
  });

  test("before the time that the provider named nothing is sent", async () => {
    const answer = await ask({ state: { expires: NOW - 1, nextAllowedAt: NOW + 5000 } });
    expect(answer).toMatchObject({ kind: "retryLater", at: NOW + 5000 });
    expect(seen).toHaveLength(0);
  });

  test("it says who asks, takes gzip, and repeats Last-Modified byte for byte", async () => {
    answers = [say(304, "", { expires: new Date(NOW + 60_000).toUTCString() })];
    // No date in a form that a parser would print again.
    const lastModified = "Mon,  20 Jul 2020 11:44:31  GMT";
    expect(await ask({ state: { lastModified } })).toEqual({ kind: "notModified", expires: NOW + 60_000 });
    expect(seen[0]?.headers).toMatchObject({
      "user-agent": options.userAgent,
      "accept-encoding": "gzip",
      "if-modified-since": lastModified,
    });
    // Which fetch would add by itself, and so pass by the caches that providers stand behind.
    for (const name of ["cache-control", "pragma"]) expect(seen[0]?.headers).not.toHaveProperty(name);
  });
});

describe("how long an answer is good", () => {
  const expiresOf = async (headers: Record<string, string>): Promise<number> => {
    answers = [say(200, "{}", headers)];
    const answer = await ask();
    return answer.kind === "body" ? answer.expires - NOW : NaN;
  };

  test.each([
    ["max-age goes before Expires", { "cache-control": "public, max-age=60", expires: new Date(NOW).toUTCString() }, 60_000], // prettier-ignore
    ["Expires counts from the server's own Date", { date: new Date(NOW - 3_600_000).toUTCString(), expires: new Date(NOW - 3_540_000).toUTCString() }, 60_000], // prettier-ignore
    ["without either it is half an hour", {}, 1_800_000],
    ["Expires: 0 is over now", { expires: "0" }, 0],
    ["an Expires in the past is over now", { expires: new Date(NOW - 60_000).toUTCString() }, 0],
  ])("%s", async (_name, headers, expected) => {
    expect(await expiresOf(headers)).toBe(expected);
  });
});

test("a body comes with its validators, 203 says that the version will go away", async () => {
  const lastModified = "Mon, 20 Jul 2020 11:44:31 GMT";
  answers = [say(203, gzipSync('{"ä":1}'), { "content-encoding": "gzip", "last-modified": lastModified })];
  expect(await ask()).toMatchObject({ kind: "body", body: '{"ä":1}', lastModified, deprecated: true });
});

describe("told to wait", () => {
  test.each([429, 503])("%d with Retry-After: 5 waits so long, then asks again", async (status) => {
    answers = [say(status, "", { "retry-after": "5" }), say(200)];
    expect(await ask()).toMatchObject({ kind: "body" });
    expect(seen).toHaveLength(2);
    expect(secondsPassed()).toBe(5);
  });

  test("a date is as good as seconds", async () => {
    answers = [say(429, "", { "retry-after": new Date(NOW + 7000).toUTCString() }), say(200)];
    expect(await ask()).toMatchObject({ kind: "body" });
    expect(secondsPassed()).toBe(7);
  });

  test("over a minute is for later, after one request", async () => {
    answers = [say(429, "", { "retry-after": "120" })];
    expect(await ask()).toMatchObject({ kind: "retryLater", at: NOW + 120_000 });
    expect(seen).toHaveLength(1);
  });

  test("429 that names no time is for later too", async () => {
    answers = [say(429)];
    expect(await ask()).toMatchObject({ kind: "retryLater", at: NOW + 900_000 });
    expect(seen).toHaveLength(1);
  });

  test.each([
    ["at once is after a second", "0", 1000],
    ["so is the beginning of time", "Thu, 01 Jan 1970 00:00:00 GMT", 1000],
    ["so is a time that is over", new Date(NOW - 60_000).toUTCString(), 1000],
  ])("%s", async (_name, retryAfter, expected) => {
    answers = [say(429, "", { "retry-after": retryAfter }), say(200)];
    expect(await ask()).toMatchObject({ kind: "body" });
    expect(secondsPassed() * 1000).toBe(expected);
  });

  test.each(["999999999", "Fri, 31 Dec 9999 23:59:59 GMT"])("%s is after a day", async (retryAfter) => {
    answers = [say(503, "", { "retry-after": retryAfter })];
    expect(await ask()).toMatchObject({ kind: "retryLater", at: NOW + 86_400_000 });
  });

  test("what one was told holds for all who ask that server, and for no other", async () => {
    answers = [say(429, "", { "retry-after": "120" }), say(200)];
    const fetchIt = politeFetch(options);
    const signal = AbortSignal.timeout(10_000);
    const at = (server: string) => fetchIt({ url: `${base}/${server}`, server, rps: 2, signal });
    expect(await at("met")).toMatchObject({ kind: "retryLater", at: NOW + 120_000 });
    expect(await at("met")).toMatchObject({ kind: "retryLater", at: NOW + 120_000 });
    expect(seen).toHaveLength(1);
    expect(await at("nws")).toMatchObject({ kind: "body" });
  });

  test("holds for those whose turn was to come, and is no refusal where there is no time for it", async () => {
    jest.useRealTimers();
    Reflect.deleteProperty(globalThis, CLOCK);
    answers = [say(429, "", { "retry-after": "5" })];
    const fetchIt = politeFetch(options);
    const request = { url: `${base}/forecast`, server: "met", rps: 20, signal: AbortSignal.timeout(300) };
    const told = await Promise.all(Array.from({ length: 4 }, () => fetchIt(request)));
    expect(seen).toHaveLength(1);
    expect(told[0]).toMatchObject({ kind: "retryLater", reason: "HTTP 429" });
    expect(told.filter((each) => "status" in each)).toEqual([]);
  });

  test("who goes on saying so is left alone after three requests", async () => {
    answers = [say(429, "", { "retry-after": "5" })];
    expect(await ask()).toMatchObject({ kind: "retryLater", at: NOW + 15_000 });
    expect(seen).toHaveLength(3);
  });
});

describe("what may pass by itself is tried three times, with growing waits", () => {
  const problem = say(503, '{"title":"Forecast Grid Expired"}', { "content-type": "application/problem+json" });

  test.each([
    ["500", say(500), "HTTP 500"],
    ["a problem document gives its title", problem, "HTTP 503: Forecast Grid Expired"],
    ["a reset", reset, /ECONNRESET|UND_ERR_SOCKET/],
    ["a truncated body", truncated, /ECONNRESET|UND_ERR_SOCKET|terminated/],
    ["gzip that is none", say(200, "{}", { "content-encoding": "gzip" }), /Z_DATA_ERROR|incorrect header|terminated/],
  ])("%s", async (_name, answer, reason) => {
    answers = [answer];
    const told = await ask();
    expect(told).toMatchObject({ kind: "broken" });
    expect(told.kind === "broken" && told.reason).toMatch(reason);
    expect(seen).toHaveLength(3);
    expect(secondsPassed()).toBe(5);
  });

  test("the third may succeed", async () => {
    answers = [say(500), reset, say(200)];
    expect(await ask()).toMatchObject({ kind: "body" });
  });

  test("no answer in time", async () => {
    answers = [() => {}];
    expect(await ask({}, { timeoutMs: 20 })).toEqual({ kind: "broken", reason: "no answer in time" });
    expect(seen).toHaveLength(3);
  });

  test("the record's own end ends it at once", async () => {
    answers = [() => {}];
    expect(await ask({ signal: AbortSignal.timeout(20) })).toEqual({ kind: "broken", reason: "no time left" });
    expect(seen).toHaveLength(1);
  });
});

test("after the record's end nothing is sent any more, whoever is next in the order", async () => {
  answers = [say(200)];
  expect(await ask({ signal: AbortSignal.abort() })).toEqual({ kind: "broken", reason: "no time left" });
  expect(seen).toHaveLength(0);
});

test.each([400, 401, 403, 404, 410, 418])("%d is final: one request", async (status) => {
  answers = [say(status)];
  expect(await ask()).toEqual({ kind: "broken", reason: `HTTP ${status}`, status });
  expect(seen).toHaveLength(1);
});

describe("redirects", () => {
  test("are followed within the host", async () => {
    answers = [say(302, "", { location: "/elsewhere" }), say(200, '{"a":1}')];
    expect(await ask()).toMatchObject({ kind: "body", body: '{"a":1}' });
  });

  test.each(["http://127.0.0.2:1/x", "http://169.254.169.254/latest/meta-data", "file:///etc/passwd"])(
    "not to %s",
    async (location) => {
      answers = [say(302, "", { location })];
      expect(await ask()).toEqual({ kind: "broken", reason: "HTTP 302", status: 302 });
      expect(seen).toHaveLength(1);
    },
  );

  test("not in a circle", async () => {
    answers = [say(302, "", { location: "/forecast" })];
    expect(await ask()).toMatchObject({ kind: "broken", status: 302 });
    expect(seen).toHaveLength(4);
  });
});

test("a body over 4 MB ends there, also as a gzip bomb", async () => {
  const bomb = gzipSync(Buffer.alloc(64 * 1024 ** 2));
  for (const answer of [say(200, Buffer.alloc(5 * 1024 ** 2, "x")), say(200, bomb, { "content-encoding": "gzip" })]) {
    answers = [answer];
    expect(await ask()).toEqual({ kind: "broken", reason: "the body is over 4 MB" });
  }
  expect(seen).toHaveLength(2);
});

test("requests start one after another, as fast as agreed", async () => {
  jest.useRealTimers();
  Reflect.deleteProperty(globalThis, CLOCK);
  answers = [say(200)];
  const fetchIt = politeFetch(options);
  const began = performance.now();
  const request = { url: `${base}/forecast`, server: "met", rps: 200, signal: AbortSignal.timeout(10_000) };
  await Promise.all(Array.from({ length: 11 }, () => fetchIt(request)));
  // Ten gaps of 5 ms; a timer may be early by less than one.
  expect(performance.now() - began).toBeGreaterThanOrEqual(40);
});
