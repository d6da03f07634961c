import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { AwsError } from "../gateway/aws-error.ts";
import { element, needText, onlyChildren, parseXml, textsOf, xmlResponse } from "./rest-xml.ts";

const FULL = process.env["WARMSTART_FULL"] === "1";

/** Any code point; the unit "binary" means the same and takes half a second to build. */
const character = fc.nat(0x10ffff).map((point) => String.fromCodePoint(point).toWellFormed());

const outcome = (text: string): string => {
  try {
    return parseXml(`<a>${text}</a>`, "a").name === "a" ? "document" : "another root";
  } catch (error) {
    return error instanceof AwsError ? error.code : String(error);
  }
};

describe("REST-XML", () => {
  test("any text that XML 1.0 can hold comes back as it was written, spaces and line ends included", () => {
    // oxlint-disable-next-line no-control-regex
    const controls = /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/;
    const texts = fc.string({ unit: character }).filter((text) => !controls.test(text));
    fc.assert(
      fc.property(texts, (text) => {
        const root = parseXml(element("Delete", { Key: text, Other: [text, text] }), "Delete");
        expect(needText(root, "Key")).toBe(text);
        expect(textsOf(root, "Other")).toEqual([text, text]);
      }),
      { seed: 11, numRuns: FULL ? 500 : 150 },
    );
  });

  test("any bytes are a document or MalformedXML", () => {
    const piece = fc.constantFrom("<", ">", "/", "a", "&", ";", "#", "x1", "]]>", "<![CDATA[", "<!--", "<?", '"', " ");
    const texts = fc.oneof(
      fc.string(),
      fc.array(piece).map((all) => all.join("")),
    );
    fc.assert(
      fc.property(texts, (text) => {
        expect(["document", "MalformedXML"]).toContain(outcome(text));
      }),
      { seed: 12, numRuns: FULL ? 1000 : 300 },
    );
  });

  test.each(["&#0;", "&#x1;", "&#x01F;", "&#31;", "\u0001", "&#;"])("%j is refused, not dropped", (text) => {
    expect(outcome(text)).toBe("MalformedXML");
  });

  test("document types, other roots and unknown elements are refused", () => {
    const bomb = '<!DOCTYPE a [<!ENTITY b "bbbb">]><a>&b;</a>';
    expect(() => parseXml(bomb, "a")).toThrow(/document types/);
    expect(() => parseXml("<b/>", "a")).toThrow(/<a> expected/);
    expect(() => parseXml("", "a")).toThrow(AwsError);
    expect(() => onlyChildren(parseXml("<a><c/></a>", "a"), ["b"])).toThrow(/<c> in <a> is not supported/);
  });

  test("empty lists leave nothing, and the namespace is on the root alone", () => {
    const { body } = xmlResponse("A", { B: [], C: undefined, A: "$&" }, "urn:x");
    expect(body).toBe('<?xml version="1.0" encoding="UTF-8"?>\n<A xmlns="urn:x"><A>$&amp;</A></A>');
  });
});
