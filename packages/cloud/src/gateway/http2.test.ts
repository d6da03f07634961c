// One port, two protocols: HTTP/2 with prior knowledge, as the Polly SDK speaks it, and HTTP/1.1.
import { connect } from "node:http2";
import { connect as connectTcp } from "node:net";
import { once } from "node:events";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { createIam } from "../iam/index.ts";
import { sign } from "../protocols/sigv4.ts";
import { createSts } from "../sts/index.ts";
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
