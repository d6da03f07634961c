// An import: one CSV file of products, from the form that it is sent with to the file of results.
import type { CreatedObject } from "@warmstart/middleware";
import * as v from "valibot";
import type { Position } from "./csv-rows.ts";
import { newProductId } from "./product-id.ts";

export const COLUMNS = ["sku", "name", "price", "currency", "category", "stock"] as const;
export type Column = (typeof COLUMNS)[number];

export const FILE_BYTES = 200 * 1024 ** 2;
/** So long a form is good for sending a file. */
export const FORM_SECONDS = 900;
export const UPLOAD_PREFIX = "uploads/";

const id = v.pipe(v.string(), v.regex(/^imp_[0-9A-HJKMNP-TV-Z]{26}$/), v.brand("ImportId"));
export type ImportId = v.InferOutput<typeof id>;

export const ImportPath = v.object({ id });
export const NewImportQuery = v.strictObject({ dryRun: v.optional(v.picklist(["true", "false"])) });

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const time = v.pipe(v.string(), v.isoTimestamp());

/** `WAITING` for its file; `FAILED` when the file as a whole cannot be imported, or not to its end. */
export const STATES = ["WAITING", "RUNNING", "DONE", "FAILED"] as const;
export type ImportState = (typeof STATES)[number];

/** What a form is sent with: POST `fields`, then the file as `file`, to `url`. */
export const ImportForm = v.strictObject({
  id,
  url: v.string(),
  fields: v.record(v.string(), v.string()),
  expiresAt: time,
});
export type ImportForm = v.InferOutput<typeof ImportForm>;

export const ImportView = v.strictObject({
  id,
  state: v.picklist(STATES),
  dryRun: v.boolean(),
  createdAt: time,
  startedAt: v.optional(time),
  endedAt: v.optional(time),
  /** Of the file. */
  sizeBytes: v.optional(count),
  /** So far. `ok`: rows that are products now, or in a dry run could be. */
  counts: v.strictObject({ bytesRead: count, ok: count, failed: count }),
  problem: v.optional(v.strictObject({ code: v.string(), detail: v.string() })),
  /** Of results/{id}.csv, `line,sku,status,code`; good for some minutes. */
  resultUrl: v.optional(v.string()),
});
export type ImportView = v.InferOutput<typeof ImportView>;

/** How far an import has come, and in which columns. */
export interface Progress extends Position {
  readonly ok: number;
  readonly failed: number;
  /** Parts of the result that are written. */
  readonly parts: number;
  /** In the order of the header, once it was read. */
  readonly columns?: readonly Column[] | undefined;
}

export const NO_PROGRESS: Progress = { byteOffset: 0, line: 1, ok: 0, failed: 0, parts: 0 };

/** One version of the object: whatever is sent with the same form later is another one. */
export interface ImportFile {
  readonly bucket: string;
  readonly key: string;
  readonly versionId: string;
  readonly etag: string;
  readonly sizeBytes: number;
}

export const fileOf = ({ bucket, key, versionId = "null", etag, sizeBytes }: CreatedObject): ImportFile => ({
  bucket,
  key,
  versionId,
  etag,
  sizeBytes,
});

export const newImportId = (): ImportId => v.parse(id, newProductId().replace("prd_", "imp_"));

const keyOf = (importId: ImportId): string => `${UPLOAD_PREFIX}${importId}.csv`;

/** Undefined: the object is no upload of an import. */
export const importIdOf = (key: string): ImportId | undefined => {
  const { success, output } = v.safeParse(id, key.slice(UPLOAD_PREFIX.length, -".csv".length));
  return success && key === keyOf(output) ? output : undefined;
};

export interface ImportProblem {
  readonly code: string;
  readonly detail: string;
}

export interface ImportRecord {
  readonly id: ImportId;
  readonly state: ImportState;
  readonly dryRun: boolean;
  readonly createdAt: string;
  readonly startedAt?: string;
  readonly endedAt?: string;
  readonly sizeBytes?: number;
  readonly problem?: ImportProblem;
  readonly progress: Progress;
}

/** Who works on an import: one invocation, until its time is over. */
interface Lease {
  readonly run: string;
  /** Epoch milliseconds. */
  readonly until: number;
}

export interface BegunImport {
  readonly id: ImportId;
  readonly run: string;
  readonly dryRun: boolean;
  readonly createdBy: string;
  readonly progress: Progress;
}

/** Why a message about a file begins nothing. */
export type NotBegun = "unknown" | "busy" | "ended" | "other-file";

export interface ImportRecords {
  expect(expected: { id: ImportId; dryRun: boolean; createdBy: string; createdAt: string }): Promise<void>;
  find(id: ImportId): Promise<ImportRecord | undefined>;
  /** Binds an import to the first file that a message tells of, and takes or takes over the lease. */
  begin(id: ImportId, file: ImportFile, lease: Lease): Promise<BegunImport | NotBegun>;
  /** Throws when the lease is not this run's any more. With `release` the next run may begin at once. */
  checkpoint(begun: BegunImport, progress: Progress, options?: { release: boolean }): Promise<void>;
  end(begun: BegunImport, problem?: ImportProblem): Promise<void>;
}

/** What ends an import before its last row; the same file again would meet it again. */
export class ImportFailure extends Error {
  readonly problem: ImportProblem;
  constructor(code: string, detail: string, options?: ErrorOptions) {
    super(`${code}: ${detail}`, options);
    this.name = "ImportFailure";
    this.problem = { code, detail };
  }
}

/** Signs the form with which a file is sent: S3's presigned POST. */
export type SignImportForm = (key: string) => Promise<Pick<ImportForm, "url" | "fields">>;

/** An import that waits for its file, and the form to send it with. The same id again is the same import. */
export const createImport = async (
  { records, signForm }: { readonly records: Pick<ImportRecords, "expect">; readonly signForm: SignImportForm },
  expected: { readonly id: ImportId; readonly dryRun: boolean; readonly createdBy: string },
): Promise<ImportForm> => {
  const now = Date.now();
  const form = await signForm(keyOf(expected.id));
  await records.expect({ ...expected, createdAt: new Date(now).toISOString() });
  return { id: expected.id, ...form, expiresAt: new Date(now + FORM_SECONDS * 1000).toISOString() };
};

/** `resultUrl` makes a link to the result of an import that has ended. */
export const viewOf = async (
  { progress, ...record }: ImportRecord,
  resultUrl: (importId: ImportId) => Promise<string>,
): Promise<ImportView> => ({
  ...record,
  counts: { bytesRead: progress.byteOffset, ok: progress.ok, failed: progress.failed },
  ...(record.endedAt !== undefined && { resultUrl: await resultUrl(record.id) }),
});
