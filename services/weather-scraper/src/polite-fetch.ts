// One polite GET: asks only when it may, says who is asking, never faster than agreed, and ends in time. Knows no provider.
import { wait } from "@warmstart/middleware";
import type { HttpState } from "./forecast-store.ts";

export interface PoliteRequest {
  readonly url: string;
  readonly state?: Pick<HttpState, "lastModified" | "expires" | "nextAllowedAt"> | undefined;
  /** Under this name the pace is kept, and what the server told to wait for. */
  readonly server: string;
  /** Requests that may start in a second at this server, of this process. */
  readonly rps: number;
  readonly signal: AbortSignal;
}

/** What came of it; an HTTP status is never thrown. Instants in ms since 1970. */
export type PoliteAnswer =
  | { readonly kind: "fresh" }
  | { readonly kind: "notModified"; readonly expires: number }
  | Body
  | { readonly kind: "retryLater"; readonly at: number; readonly reason: string }
  | { readonly kind: "broken"; readonly reason: string; readonly status?: number };

export interface Body {
  readonly kind: "body";
  readonly body: string;
  readonly lastModified: string | undefined;
  readonly expires: number;
  /** 203: MET's word for a version that will go away. */
  readonly deprecated: boolean;
}

export type PoliteFetch = (request: PoliteRequest) => Promise<PoliteAnswer>;

export interface PoliteOptions {
  /** `<app>/<version> <contact>` */
  readonly userAgent: string;
  readonly random?: () => number;
  readonly timeoutMs?: number;
}

const MOST_BYTES = 4 * 1024 ** 2;
const MOST_REDIRECTS = 3;
/** Waits before the second and the third attempt, in seconds; each is shortened at random. */
const BACKOFF = [1, 4] as const;
/** Up to this many seconds we wait ourselves when told to. */
const LONGEST_WAIT = 60;
const UNSAID_WAIT_MS = 15 * 60_000;
/** A date of the year 9999 is a mistake of the server's, not a wish. */
const LONGEST_BAN_MS = 86_400_000;
const UNSAID_FRESH_MS = 30 * 60_000;

const dateOf = (text: string | null): number | undefined => {
  const time = Date.parse(text ?? "");
  return Number.isNaN(time) ? undefined : time;
};

/** By RFC 9111: `max-age` goes before `Expires`, which is counted from the server's own Date. */
const expiresOf = (headers: Headers): number => {
  const now = Date.now();
  const age = /(?:^|[\s,])max-age=(\d{1,9})/i.exec(headers.get("cache-control") ?? "")?.[1];
  if (age !== undefined) return now + Number(age) * 1000;
  const expires = dateOf(headers.get("expires"));
  if (expires === undefined) return now + UNSAID_FRESH_MS;
  return now + Math.max(0, expires - (dateOf(headers.get("date")) ?? now));
};

/** Seconds or a date; from a second, also when told to come at once, to a day. */
const retryAfterOf = (headers: Headers): number | undefined => {
  const text = headers.get("retry-after");
  const now = Date.now();
  const at = text !== null && /^\s*\d{1,9}\s*$/.test(text) ? now + Number(text) * 1000 : dateOf(text);
  return at === undefined ? undefined : Math.min(now + LONGEST_BAN_MS, Math.max(now + 1000, at));
};

class TooLarge extends Error {}

/** Counted after decoding, so that a gzip bomb ends at the same size. */
const readBody = async (response: Response): Promise<string> => {
  const decoder = new TextDecoder();
  let [text, bytes] = ["", 0];
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > MOST_BYTES) throw new TooLarge(`the body is over ${MOST_BYTES / 1024 ** 2} MB`);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
};

/** What undici throws says why in its cause. */
const reasonOf = (error: unknown): string => {
  const { name, message, cause } = Object(error) as { name?: string; message?: string; cause?: { code?: string } }; // any of them may be missing
  return name === "TimeoutError" ? "no answer in time" : (cause?.code ?? message ?? String(error));
};

const notBefore = (at = 0): PoliteAnswer | undefined =>
  Date.now() < at ? { kind: "retryLater", at, reason: "not to be asked yet" } : undefined;

/** What can be said before its time has come; undefined: it may be asked. */
export const unasked = ({ expires = 0, nextAllowedAt }: PoliteRequest["state"] = {}): PoliteAnswer | undefined =>
  Date.now() < expires ? { kind: "fresh" } : notBefore(nextAllowedAt);

/** False: the signal ended it. */
const hasWaited = (seconds: number, signal: AbortSignal): Promise<boolean> =>
  wait(seconds, signal).then(
    () => true,
    () => false,
  );

type Tried =
  | PoliteAnswer
  | { readonly kind: "again"; readonly reason: string; readonly status?: number; readonly seconds?: number };

const judge = async (response: Response): Promise<Tried> => {
  const { status, headers } = response;
  if (status === 304) return { kind: "notModified", expires: expiresOf(headers) };
  if (status === 200 || status === 203) {
    const body = await readBody(response);
    const lastModified = headers.get("last-modified") ?? undefined;
    return { kind: "body", body, lastModified, expires: expiresOf(headers), deprecated: status === 203 };
  }
  const reason = `HTTP ${status}`;
  const at = status === 429 || status === 503 ? retryAfterOf(headers) : undefined;
  if (at !== undefined || status === 429) {
    const until = at ?? Date.now() + UNSAID_WAIT_MS;
    const seconds = (until - Date.now()) / 1000;
    if (seconds > LONGEST_WAIT) return { kind: "retryLater", at: until, reason: `${reason}, to be asked again later` };
    return { kind: "again", reason, status, seconds };
  }
  if (status < 500) return { kind: "broken", reason, status };
  return { kind: "again", reason: await problemOf(response, reason), status };
};

/** The title of a problem document (RFC 9457) says more than its status. */
const problemOf = async (response: Response, reason: string): Promise<string> => {
  if (!/json/.test(response.headers.get("content-type") ?? "")) return reason;
  try {
    const problem = JSON.parse(await readBody(response)) as { title?: unknown }; // checked in the next line
    return typeof problem.title === "string" ? `${reason}: ${problem.title.slice(0, 80)}` : reason;
  } catch {
    return reason;
  }
};

/** Makes the GET of one process; what servers are asked and what they tell is shared by all calls. */
export const politeFetch = ({ userAgent, random = Math.random, timeoutMs = 10_000 }: PoliteOptions): PoliteFetch => {
  const nextTurns = new Map<string, number>();
  /** Until when a server wants to be left alone, whatever it is asked for. */
  const bans = new Map<string, number>();
  /** Likewise, for so short that all wait here. */
  const pauses = new Map<string, number>();

  const turn = async (request: PoliteRequest): Promise<void> => {
    const { server, rps, signal } = request;
    const at = Math.max(Date.now(), nextTurns.get(server) ?? 0);
    nextTurns.set(server, at + 1000 / rps);
    if (at > Date.now()) await wait((at - Date.now()) / 1000, signal);
    // Somebody before us was told to wait, while we did.
    if (Date.now() < (pauses.get(server) ?? 0)) await turn(request);
  };

  /** Redirects only within the host: where else would our contact, and our trust, go? */
  const send = async (request: PoliteRequest, url: URL, redirects = 0): Promise<Response> => {
    const lastModified = request.state?.lastModified;
    const response = await fetch(url, {
      redirect: "manual",
      // Else a conditional request says `no-cache`, to pass by the caches that providers stand behind.
      cache: "force-cache",
      headers: {
        "user-agent": userAgent,
        "accept-encoding": "gzip",
        // Byte for byte: MET compares texts, not times.
        ...(lastModified !== undefined && { "if-modified-since": lastModified }),
      },
      signal: AbortSignal.any([request.signal, AbortSignal.timeout(timeoutMs)]),
    });
    const location = response.headers.get("location");
    if (response.status < 300 || response.status === 304 || response.status >= 400 || location === null)
      return response;
    await response.body?.cancel();
    const next = new URL(location, url);
    if (next.host !== url.host || next.protocol !== url.protocol || redirects === MOST_REDIRECTS) return response;
    await turn(request);
    return send(request, next, redirects + 1);
  };

  /** What one was told holds for all who ask that server. */
  const heed = ({ server }: PoliteRequest, tried: Tried): void => {
    if (tried.kind === "retryLater") bans.set(server, tried.at);
    if (tried.kind !== "again" || tried.seconds === undefined) return;
    const until = Date.now() + tried.seconds * 1000;
    for (const times of [pauses, nextTurns]) times.set(server, Math.max(times.get(server) ?? 0, until));
  };

  const attempt = async (request: PoliteRequest): Promise<Tried> => {
    try {
      await turn(request);
      const banned = notBefore(bans.get(request.server));
      if (banned !== undefined) return banned;
      const response = await send(request, new URL(request.url));
      const tried = await judge(response);
      if (!response.bodyUsed) await response.body?.cancel();
      heed(request, tried);
      return tried;
    } catch (error) {
      if (error instanceof TooLarge) return { kind: "broken", reason: error.message };
      if (request.signal.aborted) return { kind: "broken", reason: "no time left" };
      return { kind: "again", reason: reasonOf(error) };
    }
  };

  return async (request) => {
    const known = unasked(request.state);
    if (known !== undefined) return known;
    for (let tries = 0; ; tries++) {
      const tried = await attempt(request);
      if (tried.kind !== "again") return tried;
      const { kind: _kind, seconds, ...why } = tried;
      const at = Date.now() + (seconds ?? 0) * 1000;
      const most = BACKOFF[tries];
      if (most !== undefined && (await hasWaited(seconds ?? most * random(), request.signal))) continue;
      if (seconds === undefined) return { kind: "broken", ...why };
      const later = { kind: "retryLater", at, reason: why.reason } as const;
      heed(request, later);
      return later;
    }
  };
};
