// From a CSV file to products: every good row once, every bad one named, over as many invocations as it takes.
import { AppError, toAppError, wait, type ObjectCreatedInput } from "@warmstart/middleware";
import { csvRows, type CsvRow } from "./csv-rows.ts";
import { checkRow, columnsOf, type ImportedRow } from "./import-row.ts";
import { inOrder, oneAfterAnother } from "./in-order.ts";
import {
  fileOf,
  ImportFailure,
  importIdOf,
  type BegunImport,
  type Column,
  type ImportFile,
  type ImportId,
  type ImportProblem,
  type ImportRecords,
  type NotBegun,
  type Progress,
} from "./import.ts";
import { productIdFrom } from "./product-id.ts";
import { createProduct, type ProductStore } from "./product.ts";

/** Before the time-out no row is begun any more: those under way end, their part is written, another run goes on. */
const RESERVE_MS = 60_000;
/** Rows of one part of the result: what a run that is killed leaves to be done again, at most. */
export const PART_ROWS = 10_000;
/** Rows at work: enough to wait for none of them, few enough for a table that is new. */
const AT_ONCE = 32;
/** Of a row while the table throttles or is away: half a minute in all. */
const TRIES = 6;

export interface ImportResults {
  writePart(id: ImportId, part: number, text: string): Promise<void>;
  /** The parts in their order, under `header`. */
  publish(id: ImportId, header: string, parts: number): Promise<void>;
}

export interface ImportPorts {
  readonly records: ImportRecords;
  readonly results: ImportResults;
  /** The bytes of a file from one on. */
  readonly read: (file: ImportFile, fromByte: number) => AsyncIterable<Uint8Array>;
  readonly products: Pick<ProductStore, "add">;
  readonly sendOn: (file: ImportFile) => Promise<void>;
}

export type Outcome = "done" | "failed" | "goes-on" | NotBegun;

interface Told {
  readonly row: CsvRow;
  readonly columns: readonly Column[];
  readonly sku?: string | undefined;
  /** None: the row is good. */
  readonly codes: readonly string[];
}

const HEADER = "line,sku,status,code\n";

/** What has become of the rows, part by part; a part counts when the checkpoint after it is written. */
const openResult = ({ results, records }: ImportPorts, begun: BegunImport) => {
  const { id, dryRun } = begun;
  let { progress } = begun;
  let lines: string[] = [];
  return {
    /** Rows of the part so far. */
    add({ row, columns, sku = "", codes }: Told): number {
      const isGood = codes.length === 0;
      const status = isGood ? (dryRun ? "valid" : "created") : "failed";
      lines.push(`${row.line},${sku},${status},${codes.join(" ")}\n`);
      const [ok, failed] = [progress.ok + (isGood ? 1 : 0), progress.failed + (isGood ? 0 : 1)];
      progress = { ...progress, ...row.next, columns, ok, failed };
      return lines.length;
    },
    async save(options?: { readonly release: boolean }): Promise<Progress> {
      if (lines.length > 0) {
        await results.writePart(id, progress.parts, lines.join(""));
        progress = { ...progress, parts: progress.parts + 1 };
        lines = [];
      }
      await records.checkpoint(begun, progress, options);
      return progress;
    },
  };
};

interface TableRow {
  readonly row: CsvRow;
  readonly columns: readonly Column[];
}

/** The rows under the header, which only the first run reads. */
const tableRows = async function* (rows: AsyncIterable<CsvRow>, known: Progress["columns"]): AsyncGenerator<TableRow> {
  let columns = known;
  for await (const row of rows) {
    if (columns) yield { row, columns };
    else columns = columnsOf(row);
  }
  if (!columns) throw new ImportFailure("no-header", "The file is empty");
};

/** Ends early when time is short or the file cannot be read on, and says so. What was begun by then comes to its end. */
const stoppable = (rows: AsyncIterable<TableRow>, isLate: () => boolean) => {
  let stopped: "late" | ImportProblem | undefined;
  const until = async function* (): AsyncGenerator<TableRow> {
    try {
      for await (const row of rows) {
        if (isLate()) {
          stopped = "late";
          return;
        }
        yield row;
      }
    } catch (error) {
      if (!(error instanceof ImportFailure)) throw error;
      stopped = error.problem;
    }
  };
  return { rows: until(), stopped: () => stopped };
};

/** A table that throttles is given time. */
const patiently = async <T>(work: () => Promise<T>, tries = 1): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    if (tries === TRIES || toAppError(error).code !== "dependency-unavailable") throw error;
  }
  await wait(2 ** (tries - 1));
  return patiently(work, tries + 1);
};

/** A row makes the same product whenever it is read, so it meets its own. What it brings into the house is adjusted by it. */
const addProduct = async (
  products: ImportPorts["products"],
  { stock, ...product }: ImportedRow,
  { importId, by, line }: { readonly importId: ImportId; readonly by: string; readonly line: number },
): Promise<readonly string[]> => {
  const [id, now] = [productIdFrom(`${importId}#${line}`), Date.now()];
  const about = { id: `${importId}#${line}`, productId: id, reason: `Line ${line} of ${importId}`, by };
  const opening = { ...about, delta: stock, at: new Date(now).toISOString() };
  try {
    await createProduct(products, { ...product, status: "active" }, { id, now, ...(stock > 0 && { opening }) });
    return [];
  } catch (error) {
    if (error instanceof AppError && error.code === "sku-taken") return [error.code];
    throw error;
  }
};

/** Of two rows with one SKU the first is the product, also when both are at work at once. */
const importer = ({ products }: ImportPorts, { id: importId, createdBy: by, dryRun }: BegunImport) => {
  const inTurn = oneAfterAnother();
  return async ({ row, columns }: TableRow): Promise<Told> => {
    const checked = checkRow(row, columns);
    if (!("product" in checked)) return { row, columns, ...checked };
    const { product } = checked;
    const { sku } = product;
    if (dryRun) return { row, columns, sku, codes: [] };
    const add = async () => patiently(async () => addProduct(products, product, { importId, by, line: row.line }));
    return { row, columns, sku, codes: await inTurn(sku, add) };
  };
};

type Call = Pick<ObjectCreatedInput, "object" | "requestId" | "remainingMilliseconds">;

interface Run {
  readonly begun: BegunImport;
  readonly file: ImportFile;
  readonly isLate: () => boolean;
}

const goOn = async (ports: ImportPorts, { begun, file, isLate }: Run): Promise<Outcome> => {
  const { progress } = begun;
  const all = tableRows(csvRows(ports.read(file, progress.byteOffset), progress), progress.columns);
  const { rows, stopped } = stoppable(all, isLate);
  const result = openResult(ports, begun);
  for await (const told of inOrder(rows, AT_ONCE, importer(ports, begun))) {
    if (result.add(told) >= PART_ROWS) await result.save();
  }
  const why = stopped();
  if (why === "late" || isLate()) {
    await result.save({ release: true });
    await ports.sendOn(file);
    return "goes-on";
  }
  const { parts } = await result.save();
  await ports.results.publish(begun.id, HEADER, parts);
  await ports.records.end(begun, why);
  return why ? "failed" : "done";
};

/** Safe to repeat: S3 and SQS deliver at least once, and a run may die at any point. */
export const importProducts = async (
  ports: ImportPorts,
  { object, requestId, remainingMilliseconds }: Call,
): Promise<Outcome> => {
  const file = fileOf(object);
  const id = importIdOf(file.key);
  if (id === undefined) return "unknown";
  const timeLimit = remainingMilliseconds();
  const reserve = Math.min(RESERVE_MS, timeLimit / 2); // so that even a run of seconds gets on
  const lease = { run: requestId, until: Date.now() + timeLimit };
  const begun = await ports.records.begin(id, file, lease);
  if (typeof begun === "string") return begun;
  return goOn(ports, { begun, file, isLate: () => remainingMilliseconds() < reserve });
};
