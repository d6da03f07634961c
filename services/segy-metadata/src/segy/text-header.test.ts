import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { encodeText, textRecord } from "../../test/text-records.ts";
import type { TextEncoding } from "../document/metadata.ts";
import { decodeRecord, isEndText, isStanza, linesOf, printableShare, stanzaOf } from "./text-header.ts";

const RUNS = process.env["WARMSTART_FULL"] === "1" ? 20_000 : 2_000;

const encodings: readonly TextEncoding[] = ["ascii", "ebcdic-037", "ebcdic-500", "ebcdic-1047"];
const encodingOf = (text: string, written: TextEncoding): TextEncoding =>
  decodeRecord(textRecord([text], written)).encoding;

describe("a text record", () => {
  test.each(encodings)("in %s reads as it was written", (encoding) => {
    const lines = ["CLIENT: ACME [NORTH SEA] | LINE^2!", "inline 100-200, {x} ~50% @ \\ `'\"<>?_#$&*()+=/;:.,"];
    const { encoding: found, text } = decodeRecord(textRecord(lines, encoding));
    expect(found).toBe(encoding);
    expect(linesOf(text).slice(0, 3)).toEqual([`C 1 ${lines[0] ?? ""}`, `C 2 ${lines[1] ?? ""}`, "C 3"]);
    expect(linesOf(text)).toHaveLength(40);
  });

  test("of EBCDIC is in code page 037 when nothing tells", () => {
    for (const page of encodings.slice(1)) expect(encodingOf("INLINES 1-9 ARE COMPLETE", page)).toBe("ebcdic-037");
    expect(encodingOf("REALLY! a | b", "ebcdic-037")).toBe("ebcdic-037");
  });

  test("of EBCDIC tells its code page by brackets, bars and carets", () => {
    expect(encodingOf("x [m]", "ebcdic-1047")).toBe("ebcdic-1047");
    expect(encodingOf("x [m]", "ebcdic-500")).toBe("ebcdic-500");
    expect(encodingOf("x [m]", "ebcdic-037")).toBe("ebcdic-037");
    expect(encodingOf("a | b | c", "ebcdic-500")).toBe("ebcdic-500");
    expect(encodingOf("10^3", "ebcdic-1047")).toBe("ebcdic-1047");
    expect(encodingOf("10^3", "ebcdic-037")).toBe("ebcdic-037");
  });

  test.each([0x00, 0x20, 0x40])("that is nothing but bytes %i is blank", (byte) => {
    const { encoding, text } = decodeRecord(Buffer.alloc(3200, byte));
    expect([encoding, text.length]).toEqual(["blank", 3200]);
    expect(linesOf(text)).toEqual(Array.from({ length: 40 }, () => ""));
  });

  test("that is nearly all zeros is told by its first byte", () => {
    expect(decodeRecord(Buffer.concat([Buffer.from("C"), Buffer.alloc(3199)])).encoding).toBe("ascii");
    expect(decodeRecord(Buffer.concat([Buffer.from([0xc3]), Buffer.alloc(3199)])).encoding).toBe("ebcdic-037");
    expect(decodeRecord(Buffer.from([0x43, 0xc3])).encoding).toBe("ascii"); // a tie
    expect(decodeRecord(Buffer.from([0xc3, 0x43])).encoding).toBe("ebcdic-037");
  });

  test("may have NUL and control bytes: they are spaces", () => {
    const lines = linesOf(decodeRecord(Buffer.from("C 1 A\0B\tC\x1b\x7fD".padEnd(3200, "\0"))).text);
    expect(lines[0]).toBe("C 1 A B C  D");
  });

  test.each(encodings)("in %s may have line ends inside its 80 columns", (encoding) => {
    const rows = Array.from({ length: 40 }, (_, at) => `C${at + 1} LINE`);
    const expected = rows;
    for (const text of [
      rows.map((row) => row.padEnd(79) + "\n").join(""),
      rows.map((row) => row.padEnd(80) + "\n").join(""),
      rows.join("\n").padEnd(3200),
    ])
      expect(linesOf(decodeRecord(encodeText(text, encoding)).text)).toEqual(expected);
  });

  test("may end its lines with carriage returns and line feeds", () => {
    const rows = Array.from({ length: 40 }, (_, at) => `C${at + 1} LINE`);
    const text = rows.map((row) => row.padEnd(78) + "\r\n").join("");
    expect(linesOf(decodeRecord(Buffer.from(text)).text)).toEqual(rows);
    expect(linesOf(decodeRecord(Buffer.from(rows.join("\r\n").padEnd(3200))).text)).toEqual(rows);
    expect(linesOf(decodeRecord(Buffer.from(rows.join("\r").padEnd(3200))).text)).toEqual(rows);
  });

  test("with a stray line end keeps its columns", () => {
    const rows = Array.from({ length: 40 }, (_, at) => `C${at + 1} IN${at === 2 ? "\n" : " "}LINE`.padEnd(80));
    expect(linesOf(rows.join(""))).toEqual(rows.map((_, at) => `C${at + 1} IN LINE`));
  });

  test("of more than 40 lines keeps them all", () => {
    const rows = Array.from({ length: 60 }, (_, at) => `${at}`);
    expect(linesOf(rows.join("\n").padEnd(3200))).toEqual(rows);
    expect(linesOf("x".repeat(3300))).toHaveLength(42);
  });

  test("of text is printable nearly everywhere, noise for less than half", () => {
    for (const encoding of encodings) expect(printableShare(textRecord(["A"], encoding))).toBe(1);
    const noise = Uint8Array.from({ length: 3200 }, (_, at) => (at * 167 + (at >> 8) * 31) & 255);
    expect(printableShare(noise)).toBeLessThan(0.5);
    expect(printableShare(new Uint8Array(3200))).toBe(0);
    expect(printableShare(new Uint8Array(0))).toBe(0);
  });
});

describe("a stanza", () => {
  test("is named by the double parentheses that its record starts with", () => {
    expect(stanzaOf("((SEG: EndText)) and more")).toBe("SEG: EndText");
    expect(stanzaOf("  (( OGP:P1/11 ))")).toBe("OGP:P1/11");
    for (const text of ["", "C 1 ((SEG: EndText))", "(SEG)", "((", "(( ))", "((open", `((${"x".repeat(500)}))`])
      expect(stanzaOf(text)).toBeNull();
  });

  test("is the same whatever its capitals and spaces", () => {
    expect(isStanza("seg:  layout :TEXT/xml", "SEG:Layout")).toBe(true);
    expect(isStanza("SEG:Layout2", "SEG:Layout")).toBe(false);
    expect(isStanza(null, "SEG:Layout")).toBe(false);
  });

  test.each(encodings)("in %s tells the encoding, whatever fills the record", (encoding) => {
    for (const fill of [0x00, 0x22, 0x33, 0x40, 0x81]) {
      const record = Buffer.alloc(3200, fill);
      encodeText("((ACME: well ties))", encoding).copy(record);
      const { encoding: found, text } = decodeRecord(record);
      expect([found.slice(0, 5), stanzaOf(text)]).toEqual([encoding.slice(0, 5), "ACME: well ties"]);
    }
  });

  test.each(encodings)("in %s ends the text records when it is EndText", (encoding) => {
    for (const name of ["((SEG: EndText))", "((SEG:EndText))", "((seg:ENDTEXT))", "(( SEG : EndText ))"])
      expect(isEndText(encodeText(name.padEnd(3200), encoding))).toBe(true);
    for (const text of ["((SEG: EndTexts))", "((SEG: Layout))", "C 1 ((SEG: EndText))", ""])
      expect(isEndText(encodeText(text.padEnd(3200), encoding))).toBe(false);
  });
});

test(`${RUNS} records of any bytes are read, one character for a byte`, () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.array(fc.constantFrom(0x28, 0x4d, 0x29, 0x5d, 0x0a, 0x0d, 0x15, 0x40, 0x20, 0xad, 0xbb, 0x43, 0xc3), {
      maxLength: 200,
    }),
  );
  fc.assert(
    fc.property(bytes, (all) => {
      const record = Uint8Array.from(all);
      const { text } = decodeRecord(record);
      expect(text).toHaveLength(record.length);
      expect(/[^\P{Cc}\n]/u.test(text)).toBe(false);
      expect(linesOf(text).length).toBeGreaterThanOrEqual(40);
      expect(isEndText(record)).toBe(isStanza(stanzaOf(text), "SEG:EndText"));
      expect(printableShare(record)).toBeLessThanOrEqual(1);
    }),
    { seed: 11, numRuns: RUNS },
  );
});
