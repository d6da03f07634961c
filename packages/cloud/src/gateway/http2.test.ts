// One port, two protocols: HTTP/2 with prior knowledge, as the Polly SDK speaks it, and HTTP/1.1.
import type { IncomingMessage, ServerResponse } from "node:http";
import { type ClientHttp2Session, type ClientHttp2Stream, connect, constants } from "node:http2";
import { connect as connectTcp, type Socket } from "node:net";
import { once } from "node:events";
import { Readable } from "node:stream";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { createIam } from "../iam/index.ts";
import { sign } from "../protocols/sigv4.ts";
import { createSts } from "../sts/index.ts";
import { openListener } from "./listener.ts";
import { respond } from "./respond.ts";
import { serve, type Served } from "./serve.test.fixture.ts";

let served: Served;
beforeAll(async () => {
  served = await serve((ground, iam) => [createIam(ground).service, createSts(ground, iam).service]);
});
afterAll(() => served.close());

const FORM = Buffer.from("Action=GetCallerIdentity&Version=2011-06-15");

const signed = (host: string): Record<string, string> =>
  sign(
    {
      method: "POST",
      path: "/",
      rawQuery: "",
      headers: { host, "content-type": "application/x-www-form-urlencoded" },
      payload: FORM,
    },
    { accessKeyId: "local", secretAccessKey: "local", region: "us-east-1", service: "sts", now: Date.now() },
  );

test("a signed call over HTTP/2 is answered, many on one connection", async () => {
  const { host } = new URL(served.endpoint);
  const session = connect(served.endpoint);
  const call = async (): Promise<string> => {
    const { host: _host, ...headers } = signed(host);
    const stream = session.request({ ":method": "POST", ":path": "/", ":authority": host, ...headers });
    stream.end(FORM);
    let text = "";
    for await (const chunk of stream) text += String(chunk);
    return text;
  };
  const answers = await Promise.all(Array.from({ length: 20 }, call));
  for (const answer of answers) expect(answer).toContain("<Account>000000000000</Account>");
  session.close();
});

test("a first chunk of one byte is enough for HTTP/1.1", async () => {
  const socket = connectTcp(Number(new URL(served.endpoint).port), "127.0.0.1");
  socket.write("G");
  await new Promise((resolve) => setImmediate(resolve));
  socket.write("ET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n");
  let text = "";
  socket.on("data", (chunk: Buffer) => (text += chunk.toString()));
  await once(socket, "close");
  expect(text).toMatch(/^HTTP\/1.1 403/);
});

/** Headers and payload of a call over HTTP/2. */
const openStream = (session: ClientHttp2Session, host: string): ClientHttp2Stream => {
  const { host: _host, ...headers } = signed(new URL(served.endpoint).host);
  const stream = session.request({ ":method": "POST", ":path": "/", ":authority": host, ...headers });
  stream.end(FORM);
  return stream;
};
const statusOf = async (stream: ClientHttp2Stream): Promise<number> => {
  const [headers] = (await once(stream, "response")) as [{ ":status": number }];
  stream.resume();
  return headers[":status"];
};
const dial = (): Socket => connectTcp(Number(new URL(served.endpoint).port), "127.0.0.1");

test("the preface may come byte by byte", async () => {
  const socket = dial();
  socket.setNoDelay(true);
  const answered = once(socket, "data");
  const emptySettings = [0, 0, 0, 4, 0, 0, 0, 0, 0];
  for (const byte of [...Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), ...emptySettings]) {
    socket.write(Buffer.from([byte]));
    await new Promise((resolve) => setImmediate(resolve));
  }
  const [frame] = (await answered) as [Buffer];
  expect(frame[3]).toBe(4); // the server's SETTINGS
  socket.destroy();
});

test.each([
  ["other bytes after its first line", "PRI * HTTP/2.0\r\n\r\nSM\r\n\rX"],
  ["a request that begins like it", "PRINT / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"],
  ["frames that are none", `PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n${"\xff".repeat(64)}`],
])("a malformed preface ends its own connection alone: %s", async (_what, bytes) => {
  const socket = dial();
  socket.on("error", () => {}); // it may be reset
  socket.resume();
  socket.write(Buffer.from(bytes, "latin1"));
  await once(socket, "close");
  const session = connect(served.endpoint);
  expect(await statusOf(openStream(session, new URL(served.endpoint).host))).toBe(200);
  session.close();
});

test("50 streams at once on one connection are answered", async () => {
  const { host } = new URL(served.endpoint);
  const session = connect(served.endpoint);
  const statuses = await Promise.all(Array.from({ length: 50 }, () => statusOf(openStream(session, host))));
  expect(statuses).toEqual(Array.from({ length: 50 }, () => 200));
  session.close();
});

test("a foreign :authority is refused, whatever the Host header says", async () => {
  const { host } = new URL(served.endpoint);
  const session = connect(served.endpoint);
  expect(await statusOf(openStream(session, "evil.example"))).toBe(403);
  const both = session.request({ ":path": "/", ":authority": "evil.example", host });
  both.end();
  expect(await statusOf(both)).toBe(403);
  session.close();
});

test("it stops within a second, whatever is open", async () => {
  const other = await serve((ground, iam) => [createIam(ground).service, createSts(ground, iam).service]);
  const session = connect(other.endpoint);
  session.on("error", () => {}); // the connection is cut
  await once(session, "connect");
  const stalled = session.request({ ":method": "POST", ":path": "/" }); // never ends its body
  stalled.on("error", () => {});
  const half = connectTcp(Number(new URL(other.endpoint).port), "127.0.0.1");
  half.on("error", () => {});
  half.write("PRI * HT");
  await once(half, "connect");
  const started = performance.now();
  await other.close();
  expect(performance.now() - started).toBeLessThan(1_000);
});

test("an answer that streams is let go of when nobody waits for it any more", async () => {
  const body = Readable.from(["never read"]);
  const answered = Promise.withResolvers<void>();
  const handle = async (_request: IncomingMessage, response: ServerResponse): Promise<void> => {
    await once(response, "close");
    await respond(response, { status: 200, body });
    answered.resolve();
  };
  const listener = await openListener(0, handle, () => {});
  const session = connect(`http://127.0.0.1:${listener.port}`);
  const stream = session.request({ ":path": "/" });
  stream.on("error", () => {}); // it is cancelled
  stream.end();
  await once(stream, "ready");
  await new Promise((resolve) => session.ping(resolve)); // the server has seen the request
  stream.close(constants.NGHTTP2_CANCEL);
  await answered.promise;
  expect(body.destroyed).toBe(true);
  session.close();
  await listener.close();
});

test("an answer that streams waits for the one before it on its HTTP/1.1 connection", async () => {
  const first = new Readable({ read() {} });
  const bodies = [first, Readable.from(["second"])];
  const second = Promise.withResolvers<void>();
  const handle = async (_request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = bodies.shift();
    if (bodies.length === 0) second.resolve(); // its request is here while the first is being answered
    if (body !== undefined) await respond(response, { status: 200, body });
  };
  const listener = await openListener(0, handle, () => {});
  const socket = connectTcp(listener.port, "127.0.0.1");
  const get = "GET / HTTP/1.1\r\nhost: a\r\n";
  socket.write(`${get}\r\n${get}connection: close\r\n\r\n`);
  await second.promise;
  first.push("first");
  first.push(null);
  const bytes: Buffer[] = [];
  for await (const part of socket) bytes.push(part as Buffer); // a socket without encoding
  expect(Buffer.concat(bytes).toString()).toMatch(/first[^]*HTTP\/1.1 200 OK[^]*second/);
  await listener.close();
});
