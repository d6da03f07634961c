// The types of a route: what it says that it takes, and what its function gets for that.
import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { Idempotency } from "../idempotency/idempotency.ts";
import type { Schema } from "../schema/validate.ts";
import type { Call } from "../trigger/call.ts";
import type { Caller, CallerRules, SignedInCaller } from "./caller.ts";
import type { HttpEvent } from "./event.ts";

type TextMap = Readonly<Record<string, string>>;

/** The validated output of a schema, or what stands for it when there is none. */
export type Output<S, Otherwise> = S extends Schema ? StandardSchemaV1.InferOutput<S> : Otherwise;

/** What a route accepts; everything else is refused before the function runs. */
export interface HttpAccept<B, Q, P, H, S, G, Plan> {
  /** JSON, for PATCH `application/merge-patch+json`. Failing is 422, all problems at once. */
  readonly body?: B;
  /** How the body is sent: JSON, or the fields of an HTML form. */
  readonly bodyType?: "json" | "form";
  /** Default 64 KB; more is 413. */
  readonly maxBodyBytes?: number;
  /** Properties of the body whose text may hold half a character: the function refuses it, and can say where it is. */
  readonly rawText?: readonly string[];
  /** Of strings by name. Failing is 400. Without it no parameter is allowed; `"any"` lets everything pass unchecked. */
  readonly query?: Q;
  /** Failing is 404. */
  readonly path?: P;
  /** Names are lower case; failing is 400 `invalid-header`. */
  readonly headers?: H;
  /** An API key needs all of them; people and roles have every scope. Even an empty list refuses anonymous callers. */
  readonly scopes?: S;
  /** The Cognito group that may use the route; `admin` may all that `staff` may. */
  readonly group?: G;
  /** Checked once more after API Gateway, when given. */
  readonly jwt?: CallerRules["jwt"];
  /** `idempotency({ store })`: answers repeated `Idempotency-Key`s with the first answer. */
  readonly idempotent?: Idempotency;
  /** Fixes the identity of what will be made before it is made; kept with the key, so a second try gets the same. */
  readonly plan?: (input: { readonly body: Output<B, undefined>; readonly caller: CallerFor<S, G> }) => Plan;
}

/** With `scopes` or `group` nobody anonymous reaches the function. */
export type CallerFor<S, G> = [S, G] extends [undefined, undefined] ? Caller : SignedInCaller;

/** What the function of a route gets. */
export interface HttpInput<B, Q, P, H, S, G, Plan> extends Call {
  readonly body: Output<B, undefined>;
  readonly query: Q extends "any" ? TextMap : Output<Q, Record<string, never>>;
  readonly path: Output<P, Readonly<Record<string, string | undefined>>>;
  readonly headers: Output<H, TextMap>;
  readonly caller: CallerFor<S, G>;
  readonly plan: Plan;
  /** SHA-256 of the `Idempotency-Key`, when one was sent and the route is idempotent. */
  readonly idempotencyKeyHash: string | undefined;
  readonly method: string;
  /** As in the template: `GET /v1/links/{code}`. */
  readonly route: string;
  /** The event as it came. */
  readonly event: HttpEvent;
}
