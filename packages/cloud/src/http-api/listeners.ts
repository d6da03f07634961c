// Each API has a port of its own, which stays the same for ever, so that its URL may be kept and clicked.
import { createHash } from "node:crypto";
import { createServer, STATUS_CODES, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Table } from "../store/store.ts";
import { failure } from "./answer.ts";

/** "free": any free port, for clouds that forget everything. */
export type PortRange = { readonly from: number; readonly to: number } | "free";

export interface Listeners {
  /** Listens for the API; its port was chosen by its owner's name, or is the one it had before. */
  readonly open: (api: { readonly apiId: string; readonly owner: string }) => Promise<number>;
  readonly portOf: (apiId: string) => number | undefined;
  /** Without an id: all. Calls under way end with their connections only when all are closed. */
  readonly close: (apiId?: string) => Promise<void>;
}

export interface ListenersOptions {
  readonly range: PortRange;
  /** Ports by `<stack>/<logicalId>`. */
  readonly ports: Table<number>;
  readonly handle: (apiId: string, request: IncomingMessage, response: ServerResponse) => void;
}

/** Longer than clients keep idle connections, so they close first and no race resets a request. */
const KEEP_ALIVE_MS = 65_000;
/** Node's own limit, well over the 10,240 bytes of HTTP APIs, so that a normal 431 can be answered. */
const MAX_HEADER_BYTES = 65_536;

/** Not `instanceof Error`: under jest Node's errors are of another realm. */
const inUse = (error: unknown): boolean =>
  typeof error === "object" && error !== null && "code" in error && error.code === "EADDRINUSE";

const listen = (server: Server, port: number): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      server.off("error", reject);
      resolve((server.address() as AddressInfo).port); // a TCP server that listens has one
    });
  });

/** A request that is no HTTP, takes over 5 minutes to arrive, or has far too long headers never becomes an object. */
const refuse = (error: NodeJS.ErrnoException, socket: Socket): void => {
  if (!socket.writable || error.code === "ECONNRESET") return void socket.destroy();
  const overflow = error.code === "HPE_HEADER_OVERFLOW" ? 431 : 400;
  const status = error.code === "ERR_HTTP_REQUEST_TIMEOUT" ? 408 : overflow;
  const { body } = failure(status);
  const headers = `Content-Type: application/json\r\nContent-Length: ${body.length}\r\nConnection: close`;
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${headers}\r\n\r\n${String(body)}`);
};

/** Undefined when the port is held by somebody else. */
const tryPort = async (server: Server, port: number): Promise<number | undefined> => {
  try {
    return await listen(server, port);
  } catch (error) {
    if (inUse(error)) return undefined;
    throw error;
  }
};
const shut = (server: Server, now: boolean): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
    if (now) server.closeAllConnections();
    else server.closeIdleConnections();
  });

/** Ports to try: from the hash of the owner's name on, without those of other owners. */
function* candidates(
  owner: string,
  { from, to }: Exclude<PortRange, "free">,
  taken: ReadonlySet<number>,
): Generator<number> {
  const size = to - from + 1;
  const start = createHash("sha256").update(owner).digest().readUInt32BE() % size;
  for (let step = 0; step < size; step++) {
    const port = from + ((start + step) % size);
    if (!taken.has(port)) yield port;
  }
}

export const createListeners = ({ range, ports, handle }: ListenersOptions): Listeners => {
  const open = new Map<string, { readonly server: Server; readonly port: number }>();

  const choose = async (server: Server, owner: string): Promise<number> => {
    const before = ports.get(owner);
    const again = before === undefined ? undefined : await tryPort(server, before);
    if (again !== undefined) return again;
    if (range === "free") return listen(server, 0);
    if (before !== undefined)
      throw new Error(
        `Port ${before} of the HTTP API ${owner} is held by another program; end it, or start with --ports`,
      );
    const taken = new Set(ports.list().map(([, port]) => port));
    for (const port of candidates(owner, range, taken)) {
      const chosen = await tryPort(server, port);
      if (chosen !== undefined) return chosen;
    }
    throw new Error(`No port from ${range.from} to ${range.to} is free for the HTTP API ${owner}; start with --ports`);
  };

  return {
    open: async ({ apiId, owner }) => {
      const known = open.get(apiId);
      if (known !== undefined) return known.port;
      const options = { keepAliveTimeout: KEEP_ALIVE_MS, maxHeaderSize: MAX_HEADER_BYTES };
      const server = createServer(options, (request, response) => handle(apiId, request, response));
      server.on("clientError", refuse);
      const port = await choose(server, owner);
      ports.put(owner, port);
      open.set(apiId, { server, port });
      return port;
    },
    portOf: (apiId) => open.get(apiId)?.port,
    close: async (apiId) => {
      const closing = [...open].filter(([id]) => apiId === undefined || id === apiId);
      for (const [id] of closing) open.delete(id);
      const all = Promise.all(closing.map(([, { server }]) => shut(server, apiId === undefined)));
      if (apiId === undefined) await all;
    },
  };
};
