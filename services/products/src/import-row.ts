// A row of an import: what its fields must hold, and the product that they make.
import * as v from "valibot";
import type { CsvRow } from "./csv-rows.ts";
import { COLUMNS, ImportFailure, type Column } from "./import.ts";
import { Category, MAX_AMOUNT, Name, Sku, type NewProduct } from "./product-schemas.ts";

const CURRENCIES = new Set(Intl.supportedValuesOf("currency"));
/** As much as one adjustment may add. */
const MAX_STOCK = 1_000_000_000;

/** Written without sign, point or leading zeros. */
const digits = (most: number) =>
  v.pipe(v.string(), v.regex(/^(?:0|[1-9]\d{0,14})$/), v.transform(Number), v.maxValue(most));

/** `price` in minor units, as everywhere: 1999 is 19.99 EUR. */
const Row = v.object({
  sku: Sku,
  name: Name,
  price: digits(MAX_AMOUNT),
  currency: v.pipe(
    v.string(),
    v.check((code) => CURRENCIES.has(code)),
  ),
  category: Category,
  stock: digits(MAX_STOCK),
} satisfies Record<Column, v.GenericSchema<string, string | number>>);

export interface ImportedRow extends Pick<NewProduct, "sku" | "name" | "price" | "category"> {
  /** Units in the house. */
  readonly stock: number;
}

/** What a row is: a product, or why it is none. The SKU is told when it is one. */
type CheckedRow =
  { readonly product: ImportedRow } | { readonly sku?: string | undefined; readonly codes: readonly string[] };

const isColumn = (name: string): name is Column => COLUMNS.some((column) => column === name);

/** First bytes of what is taken for CSV now and then. */
const SIGNATURES = [
  ["PK\x03\x04", "a ZIP archive, as an Excel workbook is one"],
  ["\x1f\x8b", "a gzip file"],
  ["%PDF", "a PDF"],
  ["\xff\xfe", "text in UTF-16"],
  ["\xfe\xff", "text in UTF-16"],
] as const;

const unreadableHeader = (bytes: Buffer, why: string): ImportFailure => {
  const text = bytes.toString("latin1");
  const [, kind] = SIGNATURES.find(([signature]) => text.startsWith(signature)) ?? [];
  return kind === undefined
    ? new ImportFailure("bad-header", `The first row cannot be read: ${why}`)
    : new ImportFailure("not-csv", `The file is ${kind}; send CSV in UTF-8`);
};

const unlike = (code: string, detail: string): ImportFailure =>
  new ImportFailure(code, `${detail}; the first row must be ${COLUMNS.join(",")} in any order`);

/** The columns in the order of the file. Throws an `ImportFailure` unless each is there, once, and no other is. */
export const columnsOf = (header: CsvRow): readonly Column[] => {
  if (!("fields" in header)) throw unreadableHeader(header.bytes, header.broken);
  const names = header.fields.map((name) => JSON.stringify(name.slice(0, 40)));
  const columns = header.fields.filter(isColumn);
  if (columns.length === 0) throw unlike("no-header", "There is no header");
  const unknown = header.fields.findIndex((name) => !isColumn(name));
  if (unknown !== -1) throw unlike("unknown-column", `There is no column ${names[unknown] ?? ""}`);
  const twice = columns.find((column, at) => columns.indexOf(column) !== at);
  if (twice !== undefined) throw unlike("duplicate-column", `The column ${twice} stands twice`);
  const missing = COLUMNS.find((column) => !columns.includes(column));
  if (missing !== undefined) throw unlike("missing-column", `The column ${missing} is missing`);
  return columns;
};

/** All that is wrong with a row at once, one code for each column: `invalid-price`. */
export const checkRow = (row: CsvRow, columns: readonly Column[]): CheckedRow => {
  if (!("fields" in row)) return { codes: [row.broken] };
  if (row.fields.length !== columns.length) return { codes: ["wrong-number-of-fields"] };
  const fields = Object.fromEntries(columns.map((column, at) => [column, row.fields[at]]));
  const { success, output, issues = [] } = v.safeParse(Row, fields);
  if (!success) {
    const wrong = new Set(issues.map((issue) => `invalid-${v.getDotPath(issue) ?? "row"}`));
    return { sku: wrong.has("invalid-sku") ? undefined : fields["sku"], codes: [...wrong] };
  }
  const { price: amount, currency, ...product } = output;
  return { product: { ...product, price: { amount, currency } } };
};
