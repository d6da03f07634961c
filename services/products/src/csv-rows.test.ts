import { describe, expect, test } from "@jest/globals";
import { parse } from "csv-parse/sync";
import * as fc from "fast-check";
import { csvRows, MOST_LINE_BYTES, type CsvRow, type Position } from "./csv-rows.ts";

const seeded = { seed: 20_261_121, numRuns: process.env["WARMSTART_FULL"] === "1" ? 500 : 150 };
const START: Position = { byteOffset: 0, line: 1 };

/** In chunks of the given sizes, one after another; the last holds the rest. */
const cut = async function* (bytes: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  let at = 0;
  for (const size of sizes) {
    yield bytes.subarray(at, at + size);
    at += size;
  }
  yield bytes.subarray(at);
};

const rowsOf = async (
  content: string | Uint8Array,
  { sizes = [], from = START }: { sizes?: readonly number[]; from?: Position } = {},
): Promise<readonly CsvRow[]> => {
  const rows: CsvRow[] = [];
  for await (const row of csvRows(cut(Buffer.from(content).subarray(from.byteOffset), sizes), from)) rows.push(row);
  return rows;
};

/** `[line, fields or what is broken]`. */
const said = async (content: string | Uint8Array): Promise<readonly [number, unknown][]> =>
  (await rowsOf(content)).map((row) => [row.line, "fields" in row ? row.fields : row.broken]);

describe("what a file may look like", () => {
  const rows = [
    [1, ["sku", "name"]],
    [2, ["A-1", "Ä, b"]],
    [3, ["A-2", 'the "best"']],
  ];
  test.each([
    ["lines end with LF", 'sku,name\nA-1,"Ä, b"\nA-2,"the ""best"""\n'],
    ["lines end with CRLF", 'sku,name\r\nA-1,"Ä, b"\r\nA-2,"the ""best"""\r\n'],
    ["the last line has no end", 'sku,name\nA-1,"Ä, b"\r\nA-2,"the ""best"""'],
    ["it begins with a byte order mark", '\uFEFFsku,name\nA-1,"Ä, b"\nA-2,"the ""best"""\n\n\r\n'],
    ["every field is quoted", '"sku","name"\n"A-1","Ä, b"\n"A-2","the ""best"""\n'],
  ])("%s", async (_, content) => {
    expect(await said(content)).toEqual(rows);
  });

  test("it may be empty, or hold nothing but line ends", async () => {
    expect(await said("")).toEqual([]);
    expect(await said("\n\r\n\n")).toEqual([]);
  });

  test("empty lines are no rows, and count as lines", async () => {
    expect(await said("a\n\n\r\nb")).toEqual([
      [1, ["a"]],
      [4, ["b"]],
    ]);
  });
});

describe("a broken line is named, and costs no other", () => {
  test.each<[string, string | Uint8Array, string]>([
    ["a quote that is never closed", 'b,"never,closed', "broken-quoting"],
    ["a quote inside of a field", 'b,14" disc', "broken-quoting"],
    ["text after the closing quote", 'b,"x"y', "broken-quoting"],
    ["an odd number of quotes", 'b,"""', "broken-quoting"],
    ["a NUL byte", "b,\0", "nul-byte"],
    ["a NUL byte after a quote", 'b,"x"\0', "nul-byte"],
    ["bytes that are no UTF-8", Buffer.from([0x62, 0x2c, 0xe4]), "not-utf-8"],
    ["half of a surrogate pair", Buffer.from([0xed, 0xa0, 0x80]), "not-utf-8"],
    ["64 KB and a byte", "b".repeat(MOST_LINE_BYTES + 1), "line-too-long"],
    ["10 MB", "b".repeat(10e6), "line-too-long"],
  ])("%s", async (_, broken, code) => {
    const content = Buffer.concat([Buffer.from("a\n"), Buffer.from(broken), Buffer.from('\nc,"d"\n')]);
    expect(await said(content)).toEqual([
      [1, ["a"]],
      [2, code],
      [3, ["c", "d"]],
    ]);
  });

  test("64 KB is not too long", async () => {
    expect(await said("b".repeat(MOST_LINE_BYTES))).toEqual([[1, ["b".repeat(MOST_LINE_BYTES)]]]);
  });

  test("of a long line nothing is kept but its beginning", async () => {
    const [row] = await rowsOf("b".repeat(10e6), { sizes: Array.from({ length: 100 }, () => 1e5) });
    expect(row).toMatchObject({ broken: "line-too-long", next: { byteOffset: 10e6, line: 2 } });
    expect(row?.bytes.length).toBe(MOST_LINE_BYTES);
  });
});

const field = fc.string({ unit: fc.constantFrom("a", "1", ",", '"', " ", "-", "ä", "😀", "'"), maxLength: 8 });
const quoted = (text: string): string => (/[,"]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
const sizes = fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 20 });
/** What breaks readers of CSV, in any order. */
const foreign = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ...[",", '"', '""', "\n", "\r\n", "\r", "\0", "\uFEFF", "a", "PK\x03\x04"].map((text) => Buffer.from(text)),
      ),
      fc.uint8Array({ maxLength: 5 }).map((bytes) => Buffer.from(bytes)),
    ),
    { maxLength: 60 },
  )
  .map((pieces) => Buffer.concat(pieces));

describe("any bytes, cut anywhere", () => {
  test("rows without line breaks are read as csv-parse reads the whole file", async () => {
    const row = fc.array(field, { minLength: 2, maxLength: 7 });
    const file = fc.tuple(fc.array(row, { minLength: 1, maxLength: 12 }), fc.constantFrom("\n", "\r\n"));
    await fc.assert(
      fc.asyncProperty(file, async ([rows, end]) => {
        const text = rows.map((fields) => fields.map(quoted).join(",") + end).join("");
        const options = { relax_column_count: true, record_delimiter: ["\r\n", "\n"] };
        expect((await said(text)).map(([, fields]) => fields)).toEqual(parse(text, options));
      }),
      seeded,
    );
  });

  test("the rows do not depend on the chunks, and reading may go on after any row", async () => {
    await fc.assert(
      fc.asyncProperty(foreign, sizes, async (bytes, at) => {
        const rows = await rowsOf(bytes);
        expect(await rowsOf(bytes, { sizes: at })).toEqual(rows);
        for (const [n, { next }] of rows.entries())
          expect(await rowsOf(bytes, { from: next })).toEqual(rows.slice(n + 1));
      }),
      seeded,
    );
  });

  test("every line that is not empty comes once, under its number, and ends where the next begins", async () => {
    await fc.assert(
      fc.asyncProperty(foreign, sizes, async (bytes, at) => {
        const lines = bytes.toString("latin1").split("\n");
        const ends = lines.map((_, n) => Math.min(lines.slice(0, n + 1).join("\n").length + 1, bytes.length));
        const expected = lines
          .map((text, n) => ({ text: n === 0 ? text.replace(/^\xEF\xBB\xBF/, "") : text, line: n + 1, end: ends[n] }))
          .filter(({ text }) => text !== "" && text !== "\r");
        expect((await rowsOf(bytes, { sizes: at })).map(({ line, next }) => [line, next])).toEqual(
          expected.map(({ line, end }) => [line, { line: line + 1, byteOffset: end }]),
        );
      }),
      seeded,
    );
  });
});
