// MET, NWS and Open-Meteo on this machine, over real HTTP: what they were recorded to send, at the time that `now` tells, as
// strict as they are, and as wrong as a script wants it.
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { ValiError } from "valibot";
import { type Answer, type Asked, httpDate, plain } from "./answer.ts";
import { createScript, type Effect, type Fault } from "./faults.ts";
import { contentsOf, sendFaulty } from "./faulty-answers.ts";
import { met } from "./met-provider.ts";
import { nws } from "./nws-provider.ts";
import { openMeteo } from "./open-meteo-provider.ts";
import { HOUR } from "./recorded.ts";

/** A request that a provider has seen. */
export interface Seen {
  /** On the server's clock, with milliseconds. */
  readonly time: string;
  readonly method: string;
  /** With its provider and query: `/met/weatherapi/…?lat=51.5&lon=-0.1`. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** What was answered; 0 as long as nothing was. */
  readonly status: number;
}

export interface ProviderServer {
  readonly url: string;
  /** What goes wrong from now on, in place of what was scripted before; without faults all goes well. */
  readonly script: (faults: readonly Fault[]) => void;
  /** Oldest first. */
  readonly log: () => readonly Seen[];
  readonly clearLog: () => void;
  readonly close: () => Promise<void>;
}

export interface ProviderServerOptions {
  /** Any free one, unless said. */
  readonly port?: number;
  /** Whose time the forecasts are of, ms since 1970. */
  readonly now: () => number | Promise<number>;
}

const PROVIDERS: Readonly<Record<string, (asked: Asked) => Answer>> = { met, nws, "open-meteo": openMeteo };
/** Of a server that runs for weeks. */
const MOST_SEEN = 20_000;

const ordinary = ({ method, url = "/", headers }: IncomingMessage, now: number, issuedBy: number): Answer => {
  const { pathname, searchParams } = new URL(url, "http://localhost");
  const [, name = "", ...rest] = pathname.split("/");
  const provider = Object.hasOwn(PROVIDERS, name) ? PROVIDERS[name] : undefined;
  if (provider === undefined)
    return plain(404, `There is no ${pathname}; there are ${Object.keys(PROVIDERS).join(", ")}`);
  if (method !== "GET") return plain(405, `405 Method Not Allowed: ${method}`);
  const userAgent = headers["user-agent"] ?? "";
  return provider({ path: `/${rest.join("/")}`, query: searchParams, userAgent, now, issuedBy });
};

/** Only to the very string that was sent: a date that is later, or written in another way, gets the body again. */
const isUnchanged = ({ headers }: IncomingMessage, answer: Answer): boolean =>
  answer.status === 200 &&
  answer.headers["last-modified"] !== undefined &&
  headers["if-modified-since"] === answer.headers["last-modified"];

const send = (request: IncomingMessage, response: ServerResponse, answer: Answer): void => {
  const { status, headers, body } = answer;
  const isZipped = request.headers["accept-encoding"]?.toString().includes("gzip") === true;
  const bytes = isZipped ? gzipSync(body, { level: 1 }) : Buffer.from(body);
  const coding = isZipped ? { "content-encoding": "gzip" } : {};
  response.writeHead(status, { ...headers, ...coding, vary: "Accept-Encoding", "content-length": bytes.length });
  response.end(bytes);
};

const sendUnchanged = (response: ServerResponse, { headers }: Answer): void => {
  const { "content-type": _type, ...kept } = headers;
  response.writeHead(304, kept).end();
};

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer); // no encoding is set
  return Buffer.concat(chunks).toString("utf8");
};

const json = (response: ServerResponse, status: number, body: unknown): void => {
  response.writeHead(status, { "content-type": "application/json" }).end(`${JSON.stringify(body, undefined, 2)}\n`);
};

interface Control extends Omit<ProviderServer, "script" | "url" | "close"> {
  readonly script: (faults: unknown) => void;
}

/** `POST /_script`, `GET /_log`, `DELETE /_log`. */
const control = async (request: IncomingMessage, response: ServerResponse, server: Control): Promise<void> => {
  switch (`${request.method} ${request.url}`) {
    case "POST /_script":
      try {
        server.script(JSON.parse(await bodyOf(request)));
        return json(response, 200, {});
      } catch (error) {
        if (!(error instanceof ValiError || error instanceof SyntaxError)) throw error;
        return json(response, 400, { error: error.message });
      }
    case "GET /_log":
      return json(response, 200, server.log());
    case "DELETE /_log":
      server.clearLog();
      return json(response, 200, {});
    default:
      return json(response, 404, { error: "There are POST /_script, GET /_log and DELETE /_log" });
  }
};

/** Listens on 127.0.0.1 until `close`; a taken port is an Error with the code EADDRINUSE. */
export const startProviderServer = async ({ port = 0, now }: ProviderServerOptions): Promise<ProviderServer> => {
  const script = createScript();
  const seen: { -readonly [K in keyof Seen]: Seen[K] }[] = [];

  /** What is answered is noted before it is sent: whoever has the answer finds it in the log. */
  const note = ({ method = "", url: path = "", headers }: IncomingMessage, at: number) => {
    const entry = { time: new Date(at).toISOString(), method, path, headers, status: 0 };
    if (seen.push(entry) > MOST_SEEN) seen.shift();
    return entry;
  };

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const at = await now();
    const entry = note(request, at);
    response.setHeader("date", httpDate(at));
    const effect: Effect | undefined = script.strike(request.url ?? "");
    const issuedBy = effect?.kind === "stale" ? at - effect.hours * HOUR : at;
    const answer = ordinary(request, at, issuedBy);
    if (effect === undefined) {
      const unchanged = isUnchanged(request, answer);
      entry.status = unchanged ? 304 : answer.status;
      return unchanged ? sendUnchanged(response, answer) : send(request, response, answer);
    }
    const faulty = contentsOf(effect, answer, at);
    if (effect.kind !== "silent" && effect.kind !== "reset") entry.status = faulty.status;
    await sendFaulty(response, { effect, answer: faulty, send: () => send(request, response, faulty) });
  };

  const clearLog = (): void => void seen.splice(0);
  const shared = { script: script.load, log: () => seen.map((entry) => ({ ...entry })), clearLog };
  const server = createServer((request, response) => {
    const done = request.url?.startsWith("/_") ? control(request, response, shared) : serve(request, response);
    done.catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else json(response, 500, { error: String(error) });
    });
  });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", reject).listen(port, "127.0.0.1", resolve);
  await promise;
  return {
    ...shared,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, // it listens on a port
    close: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
};
