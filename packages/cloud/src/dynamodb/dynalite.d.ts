// The internals of dynalite 4.0.0 that engine.ts uses; it publishes no types and no entry points for them.
type DynaliteItem = Record<string, Record<string, unknown>>;
type DynaliteCallback<T> = (error: Error | null, result?: T) => void;

interface DynaliteDb {
  readonly lock: (key: string, run: (release: <F>(done: F) => F) => void) => void;
  readonly get: (key: string, done: DynaliteCallback<DynaliteItem>) => void;
  readonly put: (key: string, item: DynaliteItem, done: DynaliteCallback<void>) => void;
  readonly del: (key: string, done: DynaliteCallback<void>) => void;
  readonly createValueStream: (range: object) => NodeJS.EventEmitter;
}

interface DynaliteStore {
  readonly options: { readonly maxItemSize: number };
  readonly getTable: (
    name: string,
    checkStatus: boolean | DynaliteCallback<object>,
    done?: DynaliteCallback<object>,
  ) => void;
  readonly getItemDb: (table: string) => DynaliteDb;
  readonly getIndexDb: (indexType: string, table: string, index: string) => DynaliteDb;
}

declare module "dynalite/db/index.js" {
  const db: {
    readonly createKey: (item: DynaliteItem, table: object) => string;
    readonly createIndexKey: (item: DynaliteItem, table: object, keySchema: readonly object[]) => string;
    readonly validateKey: (key: DynaliteItem, table: object) => Error | null | undefined;
    readonly validateItem: (item: DynaliteItem, table: object) => Error | null | undefined;
    readonly checkConditional: (data: object, item: DynaliteItem | undefined) => Error | null | undefined;
  };
  export default db;
}

declare module "dynalite/validations/index.js" {
  const validations: {
    readonly checkTypes: (data: object, types: object) => Record<string, unknown>;
    readonly checkValidations: (data: object, types: object, custom: unknown, store: object) => void;
  };
  export default validations;
}

declare module "dynalite/validations/*" {
  const validation: { readonly types: Readonly<Record<string, unknown>>; readonly custom?: unknown };
  export default validation;
}

declare module "dynalite/actions/*" {
  const action: (store: DynaliteStore, data: object, done: DynaliteCallback<Record<string, unknown>>) => void;
  export default action;
}
