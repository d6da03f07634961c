// The port, on 127.0.0.1 only.
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { NodeHandler } from "./gateway.ts";

export interface Listener {
  readonly port: number;
  /** Stops listening and ends open connections. */
  readonly close: () => Promise<void>;
}

/** AWS's own answers keep connections for reuse longer than SDKs do, so the client closes first and no race resets it. */
const KEEP_ALIVE_MS = 65_000;

const listen = (server: Server, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      reject(
        error.code === "EADDRINUSE"
          ? new Error(`Port ${port} is in use. Is another warmstart running? WARMSTART_PORT chooses another port.`)
          : error,
      );
    });
    server.listen(port, "127.0.0.1", resolve);
  });

/** Says that it failed, without the headers that may be the reason. */
const fail = (response: ServerResponse): void => {
  for (const name of response.getHeaderNames()) response.removeHeader(name);
  response.writeHead(500).end();
};

/** Listens on the port; 0 takes a free one. */
export const openListener = async (
  port: number,
  handle: NodeHandler,
  report: (message: string, error?: unknown) => void,
): Promise<Listener> => {
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS, requestTimeout: 0 }, (request, response) => {
    handle(request, response).catch((error: unknown) => {
      report("A request failed", error);
      if (response.headersSent) response.destroy();
      else fail(response);
    });
  });
  server.on("checkContinue", (request, response) => {
    response.writeContinue();
    server.emit("request", request, response);
  });
  await listen(server, port);
  return {
    port: (server.address() as AddressInfo).port, // a TCP server that listens has one
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
