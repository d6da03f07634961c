import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { layoutStanza, shiftedLayout } from "../../test/text-records.ts";
import { HEADER_BYTES, sizeOf } from "./field.ts";
import { readLayoutStanza } from "./layout-stanza.ts";
import { TRACE_HEADER } from "./trace-header.ts";

const RUNS = process.env["WARMSTART_FULL"] === "1" ? 20_000 : 2_000;

const stanza = (body: string): string => `((SEG:Layout:text/xml))\n<segy-layout name="x">${body}</segy-layout>`;
const entry = (type: string, byte: number | string = 9, name = "iline"): string =>
  `<entry name="${name}" byte="${byte}" type="${type}"/>`;

describe("a layout stanza", () => {
  test("moves every field of the trace header", () => {
    expect(readLayoutStanza(shiftedLayout(1))).toEqual({
      fields: TRACE_HEADER.filter(({ byte }) => byte < 233).map((field) => ({ ...field, byte: field.byte + 1 })),
    });
  });

  test("has a header of its own for each extension", () => {
    const further = [{ name: "cdp_x", byte: 161, type: "ieee64", ifNonZero: true }];
    const text = layoutStanza([{ name: "cdp_x", byte: 181, type: "coor4" }], { SEG00001: further, ACME0001: further });
    expect(readLayoutStanza(text)).toEqual({
      fields: [
        { name: "cdp_x", byte: 181, type: "i4", header: 0 },
        { name: "cdp_x", byte: 161, type: "f8", header: 1 },
        { name: "cdp_x", byte: 161, type: "f8", header: 2 },
      ],
    });
    expect(readLayoutStanza(stanza(`<extension name="a"/>${entry("int4")}<extension>${entry("int4")}`))).toEqual({
      fields: [
        { name: "iline", byte: 9, type: "i4", header: 0 },
        { name: "iline", byte: 9, type: "i4", header: 2 },
      ],
    });
  });

  test.each([
    ["int2", "i2"],
    ["int8", "i8"],
    ["uint1", "u1"],
    ["uint2", "u2"],
    ["uint4", "u4"],
    ["uint8", "u8"],
    ["ibmfp", "ibm4"],
    ["ieee32", "f4"],
    ["ieee64", "f8"],
    ["linetrc", "i4"],
    ["reeltrc8", "u8"],
    ["elev4", "i4"],
    ["time2", "i2"],
    ["spnum4", "i4"],
    ["scale6", "scale6"],
    ["string8", "string8"],
  ])("knows the type %s", (type, expected) => {
    expect(readLayoutStanza(stanza(entry(type)))).toEqual({
      fields: [{ name: "iline", byte: 9, type: expected, header: 0 }],
    });
  });

  test("keeps the sample count and the interval unsigned", () => {
    expect(readLayoutStanza(stanza(entry("int2", 115, "nsamps") + entry("int2", 117, "dt")))).toEqual({
      fields: [
        { name: "nsamps", byte: 115, type: "u2", header: 0 },
        { name: "dt", byte: 117, type: "u2", header: 0 },
      ],
    });
  });

  test("may be written with other quotes, spaces, comments and descriptions", () => {
    const text = `((SEG:Layout:text/xml))<?xml version="1.0"?>
      <!-- <entry name="old" byte="1" type="int4"/> --><segy-layout>
      <desc lang="en">R&amp;D</desc>
      <entry  type = 'int4'
              name = 'xline' byte = " 13 "
              if-non-zero = '1' ></entry></segy-layout>   ((padding <`;
    expect(readLayoutStanza(text)).toEqual({ fields: [{ name: "xline", byte: 13, type: "i4", header: 0 }] });
  });

  test.each([
    ["is not there", "((SEG:Layout:text/xml))", "it is cut off"],
    ["has no entry", stanza(""), "it has no entry"],
    ["has entries outside", `${entry("int4")}${stanza("")}`, "it has no entry"],
    ["is cut off", stanza(entry("int4")).slice(0, -1), "it is cut off"],
    ["has an open comment", stanza(`<!-- ${entry("int4")}`), "it is cut off"],
    ["has an open tag", stanza(`<entry name="iline" <entry />`), "a tag has no end"],
    ["has an endless tag", stanza(`<entry ${" ".repeat(600)}>`), "a tag has no end"],
    [
      "has a document type",
      `<!DOCTYPE a [<!ENTITY b "c">]>${stanza("")}`,
      "it has a document type or a marked section",
    ],
    ["has an entity", stanza(entry("int4", "&b;")), "an attribute has an entity"],
    ["has an unknown type", stanza(entry("int3")), 'entry "iline" has the unknown type "int3"'],
    ["has a type of the prototype", stanza(entry("constructor")), 'entry "iline" has the unknown type "constructor"'],
    ["has no name", stanza('<entry byte="1" type="int4"/>'), 'entry "" has no usable name'],
    ["has an odd name", stanza(entry("int4", 1, "__proto__")), 'entry "__proto__" has no usable name'],
    [
      "ends behind the header",
      stanza(entry("int4", 238)),
      'entry "iline" of type int4 at byte "238" is outside of the 240 bytes',
    ],
    [
      "starts before the header",
      stanza(entry("int4", 0)),
      'entry "iline" of type int4 at byte "0" is outside of the 240 bytes',
    ],
    [
      "has no number",
      stanza(entry("int4", "1e1")),
      'entry "iline" of type int4 at byte "1e1" is outside of the 240 bytes',
    ],
    ["has too many entries", stanza(entry("int4").repeat(1001)), "it has more than 1000 entries"],
    ["is too long", stanza(" ".repeat(65_536)), "it is longer than 65536 bytes"],
  ])("that %s is refused", (_, text, problem) => {
    expect(readLayoutStanza(text)).toEqual({ problem });
  });

  test("takes a thousand entries and the last byte", () => {
    expect(readLayoutStanza(stanza(entry("int4", 237).repeat(1000)))).toMatchObject({
      fields: { length: 1000, 999: { byte: 237 } },
    });
  });
});

/** All fields inside of their headers, or a short problem. */
const isUsable = (text: string): boolean => {
  const read = readLayoutStanza(text);
  if ("problem" in read) return read.problem.length < 2000;
  return read.fields.every(({ byte, type }) => byte >= 1 && byte + sizeOf(type) - 1 <= HEADER_BYTES);
};

describe("hostile stanzas", () => {
  test("of 64 KB are read in linear time", () => {
    for (const unit of ["<", "<a", "<!--", "<?", "<a b", "<entry name=", "<e a='>", "< ", "a=", "<a>", "&"])
      expect(isUsable(`<segy-layout>${unit.repeat(Math.floor(65_000 / unit.length))}`)).toBe(true);
  });

  test(`${RUNS} of them never throw, and no field lies outside of its header`, () => {
    const parts = fc.constantFrom(
      ...'< > / = " \' & <!-- --> <? ?> <entry <extension> </extension> name= byte= type= "1" "240" int4 "int4"'.split(
        " ",
      ),
      ...["<segy-layout>", "</segy-layout>", "__proto__", " ", "\0", "ü"].concat(entry("int4"), entry("int8", 233)),
    );
    const good = shiftedLayout(1);
    const mutated = fc
      .tuple(fc.nat(good.length), fc.nat(40), parts)
      .map(([at, cut, part]) => good.slice(0, at) + part + good.slice(at + cut));
    const text = fc.oneof(
      fc.array(parts, { maxLength: 60 }).map((all) => all.join("")),
      mutated,
      fc.string(),
    );
    fc.assert(
      fc.property(text, (each) => expect(isUsable(each)).toBe(true)),
      { seed: 12, numRuns: RUNS },
    );
  });
});
