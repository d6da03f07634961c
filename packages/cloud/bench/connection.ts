// A client that costs little beside the server that it measures: requests made once, sent over raw sockets, and of each
// answer only its status and its length are read. node:http as a client costs as much CPU as our whole server.
import { connect, type Socket } from "node:net";

export interface Target {
  readonly url: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

export interface Connection {
  /** Resolves with the status when the whole answer has arrived. One at a time. */
  readonly ask: (request: Buffer) => Promise<number>;
  readonly close: () => void;
}

/** The bytes of a request; its body is JSON unless its headers say otherwise. */
export const requestBytes = ({ url, method = "POST", headers = {}, body = "" }: Target): Buffer => {
  const { host, pathname, search } = new URL(url);
  const all = { host, "content-type": "application/json", "content-length": Buffer.byteLength(body), ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = `${method} ${pathname}${search} HTTP/1.1\r\n${lines.join("")}\r\n`;
  return Buffer.concat([Buffer.from(head), Buffer.from(body)]);
};

interface Answer {
  readonly status: number;
  /** Head and body. */
  readonly bytes: number;
}

/** Undefined while the head is not there yet. Both sides say the length of what they answer. */
const answerOf = (received: Buffer): Answer | undefined => {
  const end = received.indexOf("\r\n\r\n");
  if (end < 0) return undefined;
  const head = received.toString("latin1", 0, end);
  const length = /^content-length: *(\d+)/im.exec(head)?.[1];
  if (length === undefined) throw new Error(`an answer without a length: ${head}`);
  return { status: Number(head.slice(9, 12)), bytes: end + 4 + Number(length) };
};

const opened = (url: string): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const socket = connect({ host: hostname, port: Number(port), noDelay: true }, () => resolve(socket));
    socket.once("error", reject);
  });

export const openConnection = async (url: string): Promise<Connection> => {
  const socket = await opened(url);
  let received: Buffer = Buffer.alloc(0);
  let waiting: PromiseWithResolvers<number> | undefined;
  socket.on("data", (bytes) => {
    received = received.length === 0 ? bytes : Buffer.concat([received, bytes]);
    const answer = answerOf(received);
    if (answer === undefined || received.length < answer.bytes) return;
    received = received.subarray(answer.bytes);
    waiting?.resolve(answer.status);
  });
  socket.on("error", (error) => waiting?.reject(error));
  socket.on("close", () => waiting?.reject(new Error(`${url} closed the connection`)));
  return {
    ask: (request) => {
      waiting = Promise.withResolvers();
      socket.write(request);
      return waiting.promise;
    },
    close: () => socket.destroy(),
  };
};
