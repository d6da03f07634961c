import type { Reply } from "../http/replies.ts";
import type { Call } from "../trigger/call.ts";

/** One keyed request as the wrapper hands it over. */
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
