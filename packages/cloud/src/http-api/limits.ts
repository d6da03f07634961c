// What HTTP APIs allow and how they answer by themselves. (u): from documentation or memory, never checked against AWS.

export const LIMITS = {
  bodyBytes: 10 * 1024 * 1024,
  /** Request line and headers together. */
  headerBytes: 10_240,
  integrationMs: { least: 50, most: 30_000 },
  authorizerMs: 10_000, // (u)
  authorizerTtlSeconds: 3_600,
  /** Keys of an issuer are kept for two hours; asking for them may take this long. */
  issuerKeysMs: 7_200_000,
  issuerMs: 1_500, // (u)
  /** Ours, so that a flood of different identities cannot fill the memory. */
  cachedAuthorizations: 10_000,
  /** Ours: of an upload over the limit this much more is read and dropped, so that the client can read its 413. */
  drainedBytes: 64 * 1024 * 1024,
} as const;

/** What a stage that sets only one of both gets for the other. (u) */
export const ACCOUNT_THROTTLE = { rate: 10_000, burst: 5_000 } as const;

/** The bodies `{"message":…}` that clients see when the API answers without or instead of the function. */
export const MESSAGES = {
  400: "Bad Request", // (u)
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  408: "Request Timeout", // (u)
  413: "Request Entity Too Large", // (u)
  429: "Too Many Requests",
  431: "Request Header Fields Too Large", // (u)
  500: "Internal Server Error",
  503: "Service Unavailable",
} as const;

/** What a function's failure is answered with. */
export const FAILURES = {
  functionFailed: 500, // (u) for the function's own time-out: another source says 503
  throttled: 503, // (u)
  notInvocable: 500,
  integrationTimeout: 503,
  payloadTooLarge: 413, // (u) over Lambda's 6 MB
  authorizerFailed: 500,
} as const;

/** What the `WWW-Authenticate` header says of a token; only `segments` and `audience` were seen on AWS, the rest is (u). */
export const TOKEN_FAULTS = {
  segments: "token contains an invalid number of segments",
  audience: "the token does not have a valid audience",
  issuer: "the token does not have a valid issuer",
  expired: "the token has expired",
  early: "the token is not valid yet",
  key: "no key of the issuer matches the token",
  invalid: "the token or its signature is invalid",
  noKeys: "OIDC discovery endpoint communication error",
} as const;

/** Content type of a result with `statusCode` that names none, and of a plain string. */
export const DEFAULT_CONTENT_TYPE = "text/plain;charset=UTF-8"; // (u) for the string

/** Bodies of these types reach the function as text, all others (forms too) as base64. (u) for the `+` suffixes. */
export const TEXT_TYPES = /^(text\/.*|application\/(json|javascript|xml|[\w.-]+\+(json|xml)))$/;

/** Headers of a result that the API sets or drops itself. (u) */
export const DROPPED_RESULT_HEADERS: ReadonlySet<string> = new Set([
  "connection",
  "content-length",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** Headers of a request that end at the API; cookies have a field of their own. */
export const DROPPED_REQUEST_HEADERS: ReadonlySet<string> = new Set([...DROPPED_RESULT_HEADERS, "cookie", "expect"]);
