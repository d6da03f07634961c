// What comes of Polly's answers, over HTTP/2 as the SDK speaks it.
import { createServer, type ServerHttp2Stream } from "node:http2";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "@jest/globals";
import { VOICING } from "../test/a-post.ts";
import { withPolly } from "./polly-speech.ts";
import type { SpeechRequest } from "./ports.ts";

const REQUEST: SpeechRequest = {
  text: "Hello.",
  textType: "text",
  ...VOICING,
};

const server = createServer();
afterEach(() => void server.close());

/** A Polly that answers so. */
const pollyThat = async (answer: (stream: ServerHttp2Stream) => void): Promise<void> => {
  server.on("stream", answer);
  await new Promise<void>((listening) => void server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo; // as long as it listens
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_POLLY: `http://127.0.0.1:${port}`,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
  });
};

test("audio that has come in part when the time is over is no audio", async () => {
  const time = new AbortController();
  await pollyThat((stream) => {
    stream.on("error", () => {});
    stream.respond({ ":status": 200, "content-type": "audio/mpeg", "x-amzn-requestcharacters": "6" });
    stream.write(Buffer.alloc(5000), () => setTimeout(() => time.abort(new Error("time")), 50));
  });
  await expect(withPolly((speech) => speech.audio(REQUEST, time.signal))).rejects.toThrow("time");
});
