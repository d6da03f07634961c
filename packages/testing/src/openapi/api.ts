// What a service says of its API; all that follows from the shape of a route is added by the generator.
import type { GenericSchema } from "valibot";

export type Schema = GenericSchema;

/** `users`: JWT of the pool; `apiKey`: `x-api-key`; `iam`: signed with SigV4. */
export type Scheme = "users" | "apiKey" | "iam";

export type Method = "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE";

/** An answer that is no problem. */
export interface Answer {
  readonly description: string;
  readonly body?: Schema;
  /** One of them, where there are several. Default with a body: `application/json`. */
  readonly type?: string | readonly string[];
  /** Beyond those that every answer has: `ETag`, `Location`, `Link`, … */
  readonly headers?: readonly string[];
}

/** `body`, `query`, `path`, `group` and `scopes` as the route gives them to `http`. */
export interface ApiRoute<Code extends string = string> {
  /** Its operationId. */
  readonly id: string;
  readonly summary: string;
  /** Default: anyone. By the prefix of the path where two ways lead to the route: `{ "/": "users", "/m": "apiKey" }`. */
  readonly security?: Scheme | Readonly<Record<string, Scheme>>;
  readonly group?: "staff" | "admin";
  readonly scopes?: readonly string[];
  readonly path?: Schema;
  readonly query?: Schema | "any";
  readonly body?: Schema;
  readonly bodyType?: "json" | "form";
  readonly idempotencyKey?: "optional" | "required";
  readonly ifMatch?: "optional" | "required";
  /** Made with `httpBare`: nothing is checked before the function. */
  readonly bare?: true;
  /** By status, all that are no problems. A 200 with an `ETag` brings its 304. */
  readonly answers: Readonly<Record<number, Answer>>;
  /** Codes of the route itself; those of its schemas, keys, groups and outages are added. */
  readonly problems?: readonly Code[];
}

/** Code to status, as `errorTable(…).codes` of the middleware. */
export type Codes = Readonly<Record<string, number | { readonly status: number }>>;

export interface Api<Table extends Codes> {
  readonly title: string;
  readonly description: string;
  readonly codes: Table;
  /** Become components under their names; wherever a route uses one, it is referred to. */
  readonly schemas: Readonly<Record<string, Schema>>;
  /** Members that problems of a code carry beyond RFC 9457's: `{ "insufficient-stock": v.object({ shortages }) }`. */
  readonly problemMembers?: { readonly [Code in keyof Table & string]?: Schema };
  readonly routes: Readonly<Record<`${Method} /${string}`, ApiRoute<keyof Table & string>>>;
}
