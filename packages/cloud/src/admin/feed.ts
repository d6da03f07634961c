// The live feed: every span of every trace as a server-sent event, until the listener goes.
import type { ServerResponse } from "node:http";
import type { Bus } from "../bus/bus.ts";

/** Comments keep proxies and browsers from giving up; real time, it is a socket. */
const HEARTBEAT_MS = 15_000;

export interface Feed {
  /** Keeps the response open and writes `event: span`. */
  readonly follow: (response: ServerResponse) => void;
  readonly close: () => void;
}

export const createFeed = (bus: Pick<Bus, "on">): Feed => {
  const listeners = new Set<ServerResponse>();
  bus.on("span-added", (event) => {
    if (listeners.size === 0) return;
    const text = `event: span\ndata: ${JSON.stringify(event)}\n\n`;
    for (const listener of listeners) {
      // A listener that does not read is dropped instead of kept in memory.
      if (listener.writableLength > 1_000_000) listener.destroy();
      else listener.write(text);
    }
  });
  const heartbeat = setInterval(() => {
    for (const listener of listeners) listener.write(":\n\n");
  }, HEARTBEAT_MS).unref();
  return {
    follow: (response) => {
      response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
      response.write(":\n\n");
      listeners.add(response);
      response.on("close", () => listeners.delete(response));
    },
    close: () => {
      clearInterval(heartbeat);
      for (const listener of listeners) listener.end();
    },
  };
};
