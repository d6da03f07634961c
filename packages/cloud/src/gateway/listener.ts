// The port, on 127.0.0.1 only. A connection that begins with HTTP/2's preface is served by node:http2: the Polly SDK
// speaks HTTP/2 even to `http://` endpoints. All others are HTTP/1.1.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createHttp2Server, type ServerHttp2Session } from "node:http2";
import { type AddressInfo, createServer as createTcpServer, type Socket } from "node:net";
import type { NodeHandler } from "./gateway.ts";

export interface Listener {
  readonly port: number;
  /** Stops listening and ends open connections. */
  readonly close: () => Promise<void>;
}

/** AWS's own answers keep connections for reuse longer than SDKs do, so the client closes first and no race resets it. */
const KEEP_ALIVE_MS = 65_000;

/** What an HTTP/2 client says first, and no HTTP/1.1 client can: RFC 9113, section 3.4. */
const PREFACE = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

/** Who sends a part of the preface is waited for this long. */
const PREFACE_MS = 5_000;

const listen = (server: ReturnType<typeof createTcpServer>, port: number): Promise<void> =>
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

/** A connection reset before its first byte is nobody's business. */
const ignore = (): void => {};

/** Gives a connection to the server of its protocol as soon as its bytes are the preface, or cannot become it. */
const sniff = (socket: Socket, serve: (isHttp2: boolean) => void): void => {
  let first: Buffer = Buffer.alloc(0);
  let limit: NodeJS.Timeout | undefined;
  const read = (): void => {
    const bytes = socket.read() as Buffer | null; // no encoding is set, so it is bytes
    if (bytes === null) return; // closed
    first = Buffer.concat([first, bytes]);
    const length = Math.min(first.length, PREFACE.length);
    const isHttp2 = first.subarray(0, length).equals(PREFACE.subarray(0, length));
    if (isHttp2 && length < PREFACE.length) {
      limit ??= setTimeout(() => socket.destroy(), PREFACE_MS);
      return;
    }
    clearTimeout(limit);
    socket.off("readable", read);
    socket.off("error", ignore);
    socket.unshift(first);
    serve(isHttp2);
  };
  socket.on("error", ignore);
  socket.on("readable", read);
  socket.once("close", () => clearTimeout(limit));
};

/** Listens on the port; 0 takes a free one. */
export const openListener = async (
  port: number,
  handle: NodeHandler,
  report: (message: string, error?: unknown) => void,
): Promise<Listener> => {
  const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    handle(request, response).catch((error: unknown) => {
      report("A request failed", error);
      if (response.headersSent) response.destroy();
      else fail(response);
    });
  };
  const http = createServer({ keepAliveTimeout: KEEP_ALIVE_MS, requestTimeout: 0 }, onRequest);
  http.on("checkContinue", (request, response) => {
    response.writeContinue();
    http.emit("request", request, response);
  });
  // Its compatibility API is what the handler uses of IncomingMessage and ServerResponse.
  const http2 = createHttp2Server((request, response) =>
    onRequest(request as unknown as IncomingMessage, response as unknown as ServerResponse),
  );
  const sessions = new Set<ServerHttp2Session>();
  http2.on("session", (session) => {
    sessions.add(session);
    session.once("close", () => sessions.delete(session));
  });
  http2.on("sessionError", ignore); // frames that are none: Node has ended the connection
  const sockets = new Set<Socket>();
  const server = createTcpServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    sniff(socket, (isHttp2) => (isHttp2 ? http2 : http).emit("connection", socket));
  });
  await listen(server, port);
  return {
    port: (server.address() as AddressInfo).port, // a TCP server that listens has one
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const session of sessions) session.destroy(); // they would keep the process alive
        for (const socket of sockets) socket.destroy();
        http.close(); // its timers
      }),
  };
};
