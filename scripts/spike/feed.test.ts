import { once } from "node:events";
import { createServer, type Server, type ServerResponse } from "node:http";
import { afterEach, expect, test } from "@jest/globals";
import { followFeed } from "./feed.ts";

let server: Server | undefined;
afterEach(() => {
  server?.close();
});

/** A cloud whose feed is what the test writes. */
const cloud = async (): Promise<{ endpoint: string; listener: Promise<ServerResponse> }> => {
  const listener = Promise.withResolvers<ServerResponse>();
  server = createServer((_request, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" }).write(":\n\n");
    listener.resolve(response);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  return { endpoint: `http://127.0.0.1:${port}`, listener: listener.promise };
};

test("events are heard however they are cut into packets, and to the end", async () => {
  const { endpoint, listener } = await cloud();
  const third = Promise.withResolvers<void>();
  const roots: string[] = [];
  const feed = await followFeed(endpoint, ({ root }) => {
    if (roots.push(root) === 3) third.resolve();
  });
  const response = await listener;
  const text = ["a", "ü", "c"].map((root) => `event: span\ndata: ${JSON.stringify({ root, span: {} })}\n\n`).join("");
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += 7) response.write(bytes.subarray(at, at + 7));
  await third.promise;
  expect(roots).toEqual(["a", "ü", "c"]);
  await expect(feed.close()).resolves.toBe(true);
});

test("a feed that the cloud has ended was not heard to the end", async () => {
  const { endpoint, listener } = await cloud();
  const feed = await followFeed(endpoint, () => {});
  (await listener).end();
  await expect(feed.ended).resolves.toBeUndefined();
  await expect(feed.close()).resolves.toBe(false);
});
