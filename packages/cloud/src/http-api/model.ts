// The HTTP APIs of this cloud: what is stored, and the form in which requests use it.
import { createHash, randomBytes } from "node:crypto";
import { AwsError } from "../gateway/aws-error.ts";
import type { Store, Table } from "../store/store.ts";
import { createRouter, type Router } from "./router.ts";
import type { ApiProperties, Authorizer, Integration, Route, Stage } from "./schemas.ts";
import { createBuckets } from "../clock/token-buckets.ts";

export interface Api extends ApiProperties {
  readonly apiId: string;
  /** `<stack>/<logicalId>`: decides id and port. */
  readonly owner: string;
  readonly region: string;
}

export type Stored<T> = T & { readonly id: string };

/** Parts of an API, by `<apiId>/<id>`. */
export interface Parts {
  readonly stages: Table<Stored<Stage>>;
  readonly routes: Table<Stored<Route>>;
  readonly integrations: Table<Stored<Integration>>;
  readonly authorizers: Table<Stored<Authorizer>>;
}

/** An API ready for requests. Made anew after each change, so its caches and buckets start empty then. */
export interface Compiled {
  readonly api: Api;
  readonly match: Router<Stored<Route>>;
  readonly stages: ReadonlyMap<string, Stage>;
  readonly integrations: ReadonlyMap<string, Integration>;
  readonly authorizers: ReadonlyMap<string, Stored<Authorizer>>;
  readonly admits: ReturnType<typeof createBuckets>;
  /** Results of Lambda authorizers by authorizer and identity. */
  readonly authorizations: Map<string, { readonly until: number; readonly payload: string }>;
}

export interface Model {
  readonly apis: Table<Api>;
  readonly parts: Parts;
  readonly putApi: (api: Api) => void;
  /** With all its parts. */
  readonly removeApi: (apiId: string) => void;
  readonly put: <T extends Stored<{ readonly ApiId: string }>>(table: Table<T>, record: T) => void;
  readonly remove: (table: Pick<Table<unknown>, "remove">, apiId: string, id: string) => void;
  readonly compiled: (apiId: string) => Compiled | undefined;
}

/** Ten characters that the same stack and logical id always get. */
export const apiIdFor = (owner: string): string =>
  BigInt(`0x${createHash("sha256").update(owner).digest("hex")}`)
    .toString(36)
    .slice(0, 10);

/** Seven characters, as ids of routes, integrations and authorizers have. */
export const newId = (): string => randomBytes(8).readBigUInt64BE().toString(36).padStart(7, "0").slice(-7);

const openParts = (store: Store): Parts => ({
  stages: store.table("http_api_stages"),
  routes: store.table("http_api_routes"),
  integrations: store.table("http_api_integrations"),
  authorizers: store.table("http_api_authorizers"),
});

const of = <T extends { readonly id: string }>(table: Table<T>, apiId: string): readonly T[] =>
  table.list({ prefix: `${apiId}/` }).map(([, record]) => record);
const byId = <T extends { readonly id: string }>(table: Table<T>, apiId: string): ReadonlyMap<string, T> =>
  new Map(of(table, apiId).map((record) => [record.id, record]));

const compile = (api: Api, parts: Parts, now: () => number): Compiled => ({
  api,
  match: createRouter(of(parts.routes, api.apiId)),
  stages: byId(parts.stages, api.apiId),
  integrations: byId(parts.integrations, api.apiId),
  authorizers: byId(parts.authorizers, api.apiId),
  admits: createBuckets(now),
  authorizations: new Map(),
});

export const createModel = (store: Store, now: () => number): Model => {
  const apis = store.table<Api>("http_apis");
  const parts = openParts(store);
  const ready = new Map<string, Compiled>();
  return {
    apis,
    parts,
    putApi: (api) => {
      apis.put(api.apiId, api);
      ready.delete(api.apiId);
    },
    removeApi: (apiId) =>
      store.transaction(() => {
        for (const table of Object.values(parts)) {
          for (const [key] of table.list({ prefix: `${apiId}/` })) table.remove(key);
        }
        apis.remove(apiId);
        ready.delete(apiId);
      }),
    put: (table, record) => {
      if (apis.get(record.ApiId) === undefined)
        throw new AwsError("NotFoundException", 404, `Invalid API identifier specified ${record.ApiId}`);
      table.put(`${record.ApiId}/${record.id}`, record);
      ready.delete(record.ApiId);
    },
    remove: (table, apiId, id) => {
      table.remove(`${apiId}/${id}`);
      ready.delete(apiId);
    },
    compiled: (apiId) => {
      const known = ready.get(apiId);
      if (known !== undefined) return known;
      const api = apis.get(apiId);
      if (api === undefined) return undefined;
      const compiled = compile(api, parts, now);
      ready.set(apiId, compiled);
      return compiled;
    },
  };
};
