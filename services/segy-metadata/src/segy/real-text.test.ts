import { describe, expect, test } from "@jest/globals";
import { createHash } from "node:crypto";
import { expectedIn, readData, segyData } from "../../test/segy-data.ts";
import { readLayoutStanza } from "./layout-stanza.ts";
import { decodeRecord, isStanza, linesOf, stanzaOf, TEXT_RECORD_BYTES } from "./text-header.ts";
import { byteHints, hintsOf } from "./text-hints.ts";
import { TRACE_HEADER } from "./trace-header.ts";

interface Expected {
  readonly binary?: { extText: number; text0Ascii: boolean; textFirst40: string; textSha256: string };
  readonly reference?: { stanzas?: readonly string[] };
}

const expected = expectedIn("expected.json") as Record<string, Expected>; // the README beside it
const files = Object.entries(expected).flatMap(([name, { binary, reference }]) =>
  binary ? [[name, binary, reference?.stanzas ?? []] as const] : [],
);

const textRecord = (name: string): Uint8Array => readData(name).subarray(0, TEXT_RECORD_BYTES);
const extendedTexts = (name: string, count: number): ReturnType<typeof decodeRecord>[] => {
  const bytes = readData(name).subarray(3600);
  return Array.from({ length: count }, (_, at) =>
    decodeRecord(bytes.subarray(at * TEXT_RECORD_BYTES, (at + 1) * TEXT_RECORD_BYTES)),
  );
};

const when = files.length > 0 ? describe : describe.skip;

when(`real text headers${files.length > 0 ? "" : `: skipped, ${segyData} is absent`}`, () => {
  test.each(files)("%s reads as expected", (name, { text0Ascii, textFirst40, textSha256, extText }, stanzas) => {
    const bytes = textRecord(name);
    expect(createHash("sha256").update(bytes).digest("hex")).toBe(textSha256);
    const { encoding, text } = decodeRecord(bytes);
    expect(encoding).toBe(text0Ascii ? "ascii" : "ebcdic-037");
    expect(text.slice(0, 40).trimEnd()).toBe(textFirst40);
    const lines = linesOf(text);
    expect(lines).toHaveLength(40);
    for (const [at, line] of lines.entries()) expect(line).toMatch(new RegExp(`^[A-Z] ?${at + 1}\\b`));
    const names = extendedTexts(name, extText).flatMap((record) => stanzaOf(record.text) ?? []);
    expect(names).toEqual(stanzas);
  });

  test("stanzas-known-count.sgy mixes encodings", () => {
    expect(extendedTexts("stanzas-known-count.sgy", 3).map(({ encoding }) => encoding)).toEqual([
      "ascii",
      "ebcdic-037",
      "ascii",
    ]);
  });

  test("mapping-shifted.sgy moves each field by a byte, and those of the extension too", () => {
    const texts = extendedTexts("mapping-shifted.sgy", 2).map(({ text }) => text);
    expect(isStanza(stanzaOf(texts[0] ?? ""), "SEG:Layout")).toBe(true);
    const read = readLayoutStanza(texts.join(""));
    const fields = "fields" in read ? read.fields : [];
    expect(fields.filter(({ header }) => header === 0)).toEqual(
      TRACE_HEADER.filter(({ byte }) => byte < 233).map((field) => ({ ...field, byte: field.byte + 1 })),
    );
    expect(fields.filter(({ header }) => header === 1)).toHaveLength(24);
    expect(fields.at(-1)).toEqual({ name: "cdp_y", byte: 170, type: "f8", header: 1 });
  });

  test.each([
    ["small.sgy", { slow: 189, fast: 193 }, ["date"]],
    ["f3.sgy", {}, ["range"]],
    ["viking_small.segy", {}, []],
    ["00001034.sgy_first_trace", {}, ["domain", "date", "line", "client", "company", "survey"]],
  ])("%s gives its hints and no others", (name, bytes, kinds) => {
    const hints = hintsOf(linesOf(decodeRecord(textRecord(name)).text));
    expect(byteHints(hints)).toEqual(bytes);
    expect([...new Set(hints.map(({ kind }) => kind))].filter((kind) => kind !== "bytes")).toEqual(kinds);
  });
});
