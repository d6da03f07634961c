// Follows draft-ietf-httpapi-idempotency-key-header-07.
import { commonError } from "../errors/app-error.ts";
import { unauthenticated } from "../errors/makers.ts";
import type { Reply } from "../http/replies.ts";
import type { Call } from "../trigger/call.ts";
import { requestHash, sha256 } from "./request-hash.ts";
import type { IdempotencyRecord, IdempotencyStore } from "./store.ts";

export interface IdempotencyOptions {
  readonly store: IdempotencyStore;
  /** Without a key: 400 `idempotency-key-missing`. */
  readonly required?: boolean;
  /** How long an answer is replayed; default 24 h. */
  readonly ttlSeconds?: number;
}

/** One request as the wrapper hands it over. */
export interface KeyedRequest {
  readonly key: string | undefined;
  readonly sub: string | undefined;
  readonly route: string;
  readonly method: string;
  readonly path: string;
  readonly query: string;
  /** The parsed body. */
  readonly body: unknown;
  readonly call: Call;
  readonly plan: () => unknown;
  readonly effect: (plan: unknown, keyHash: string | undefined) => Promise<Reply>;
  readonly failed: (error: unknown) => Reply;
}

export interface Idempotency {
  readonly run: (request: KeyedRequest) => Promise<Reply>;
}

const MAX_BODY_BYTES = 64 * 1024;

/** The lease ends when no code of this invocation can run any more. */
const leaseOf = (call: Call): number => Date.now() + call.remainingMilliseconds() + 1000;

const replay = ({ reply }: IdempotencyRecord): Reply => {
  if (!reply) throw commonError("invalid-state", "This key was used; its answer was too large to be kept");
  return { ...reply, headers: { ...reply.headers, "idempotency-replayed": "true" } };
};

const inProgress = (): Error =>
  commonError("idempotency-in-progress", "The first request with this key is still running", {
    headers: { "retry-after": "1" },
  });

/** The answer to a key that is known, or the lease to take over. */
const judge = (found: IdempotencyRecord, hash: string): Reply | number => {
  if (found.requestHash !== hash) throw commonError("idempotency-key-reused", "This key was sent with another request");
  if (found.state === "DONE") return replay(found);
  if (found.leaseUntil > Date.now()) throw inProgress();
  return found.leaseUntil;
};

const keep = (reply: Reply, call: Call): Reply | undefined => {
  if (Buffer.byteLength(reply.body ?? "") <= MAX_BODY_BYTES) return reply;
  call.log.error("The answer is too large to be kept for its idempotency key", { max_bytes: MAX_BODY_BYTES });
  return undefined;
};

/** Whether the same request may succeed when it is sent again. */
const isPassing = ({ statusCode }: Reply): boolean => statusCode >= 500 || statusCode === 429;

const runKeyed = async (
  request: KeyedRequest,
  sub: string,
  key: string,
  options: IdempotencyOptions,
): Promise<Reply> => {
  const { store, ttlSeconds = 86_400 } = options;
  const { route, call } = request;
  const keyHash = sha256(key);
  const id = `I#${sub}#${route}#${keyHash}`;
  const hash = requestHash(request.method, request.path, request.query, request.body);
  const now = Math.floor(Date.now() / 1000);
  const stored = await store.read(id);
  // Past its ttl a record counts as absent, but it is still there: it is replaced by its lease, like a dead try's.
  const found = stored && stored.ttl > now ? stored : undefined;
  const verdict = found && judge(found, hash);
  if (typeof verdict === "object") return verdict;
  const plan = found ? found.plan : await request.plan();
  const started = { requestHash: hash, leaseUntil: leaseOf(call), plan, ttl: now + ttlSeconds };
  if (!(await store.write(id, { ...started, state: "IN_PROGRESS" }, stored?.leaseUntil))) throw inProgress();
  const reply = await request.effect(plan, keyHash).catch(request.failed);
  if (!isPassing(reply)) {
    await store.write(id, { ...started, state: "DONE", reply: keep(reply, call) }, started.leaseUntil);
  } else if (plan === undefined) {
    await store.remove(id, started.leaseUntil);
  } else {
    // Half of the effect may be there: the next try must follow the same plan. Its lease is over at once.
    await store.write(id, { ...started, leaseUntil: 0, state: "IN_PROGRESS" }, started.leaseUntil);
  }
  return reply;
};

/**
 * Makes a route answer a repeated `Idempotency-Key` of the same caller with the first answer's bytes, while the first try
 * runs with 409, with another request with 422. After a time-out, 5xx or 429 the next try takes over: make the effect
 * conditional on the route's `plan`, which is kept with the key. The answers 5xx and 429 themselves are not kept.
 */
export const idempotency = (options: IdempotencyOptions): Idempotency => ({
  run: async (request) => {
    const { key, sub } = request;
    if (key === undefined) {
      if (options.required) throw commonError("idempotency-key-missing", "Send an Idempotency-Key");
      return request.effect(await request.plan(), undefined);
    }
    if (!/^[!-~]{8,128}$/.test(key)) {
      throw commonError("invalid-header", "Idempotency-Key must be 8 to 128 visible ASCII characters");
    }
    if (sub === undefined) throw unauthenticated("An Idempotency-Key needs a signed-in caller");
    return runKeyed(request, sub, key, options);
  },
});
