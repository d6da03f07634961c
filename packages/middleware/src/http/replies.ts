// The answers that functions give.
/** What a function returns: API Gateway's own response shape; the wrapper adds the headers that every answer has. */
export interface Reply {
  readonly statusCode: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly cookies?: readonly string[];
  readonly body?: string;
  readonly isBase64Encoded?: boolean;
}

export interface ReplyInit {
  readonly status?: number;
  /** Names in lower case. `cache-control` replaces the default `no-store`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** A strong tag, for example `etagOf(version)`; `If-None-Match` is then answered 304 by the wrapper. */
  readonly etag?: string;
  /** Whole `Set-Cookie` values; each is sent as its own header. */
  readonly cookies?: readonly string[];
}

const reply = (status: number, type: string | undefined, body: string | undefined, init: ReplyInit): Reply => ({
  statusCode: init.status ?? status,
  headers: {
    ...(type === undefined ? {} : { "content-type": type }),
    ...(init.etag === undefined ? {} : { etag: init.etag }),
    ...init.headers,
  },
  ...(init.cookies ? { cookies: init.cookies } : {}),
  ...(body === undefined ? {} : { body }),
});

const json = (status: number, data: unknown, init: ReplyInit): Reply =>
  reply(status, "application/json", JSON.stringify(data), init);

/** 200 with JSON. */
export const ok = (data: unknown, init: ReplyInit = {}): Reply => json(200, data, init);

/** 201 with JSON and, when given, `Location`. */
export const created = (data: unknown, location?: string, init: ReplyInit = {}): Reply =>
  json(201, data, location === undefined ? init : { ...init, headers: { location, ...init.headers } });

/** 202, with JSON if there is something to say. */
export const accepted = (data?: unknown, init: ReplyInit = {}): Reply =>
  data === undefined ? reply(202, undefined, undefined, init) : json(202, data, init);

/** 204. */
export const noContent = (init: ReplyInit = {}): Reply => reply(204, undefined, undefined, init);

/** 302, or the `status` of `init`, with an empty body. */
export const redirect = (location: string, init: ReplyInit = {}): Reply =>
  reply(302, undefined, undefined, { ...init, headers: { location, ...init.headers } });

/** 200 with a text of any type. */
export const text = (body: string, contentType: string, init: ReplyInit = {}): Reply =>
  reply(200, contentType, body, init);

/** 200 with HTML. */
export const html = (body: string, init: ReplyInit = {}): Reply => text(body, "text/html; charset=utf-8", init);

/** 200 with bytes; base64 is only the way to API Gateway, the client gets the bytes. */
export const binary = (bytes: Uint8Array, contentType: string, init: ReplyInit = {}): Reply => ({
  ...reply(200, contentType, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64"), init),
  isBase64Encoded: true,
});
