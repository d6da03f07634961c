import { array, assert, constantFrom, nat, oneof, property, string } from "fast-check";
import { expect, test } from "@jest/globals";
import { piecesOf, sentencesOf } from "./pieces.ts";
import { isSpeakable, tokensOf } from "./tokens.ts";

const FULL = process.env["WARMSTART_FULL"] === "1";

/** Any code point; the unit "binary" means the same and takes half a second to build. */
const character = nat(0x10ffff).map((point) => String.fromCodePoint(point).toWellFormed());

const spoken = (text: string) => tokensOf(text).map(({ spoken }) => spoken);
const pieces = (text: string) => piecesOf(sentencesOf(text)).map(({ tokens }) => tokens.map(({ spoken }) => spoken).join(" ")); // prettier-ignore

test("what flite does not know is written as it does", () => {
  expect(spoken("Café — “naïve” Straße ﬁne… ½ × 你好 don’t Œuvre 👩‍👩‍👧 end\n\nnext")).toEqual(["Cafe,", '"naive"', "Strasse", "fine,", "1/2,", "don't", "OEuvre,", "end.", "next"]); // prettier-ignore
});

test("money is named after its amount", () => {
  expect(spoken("It cost (£14,250.50), not €5.")).toEqual(["It", "cost", "(14,250.50 pounds),", "not", "5 euros."]);
});

test("signs that stand for words are words, ornaments are not", () => {
  expect(spoken("salt & pepper *** --- 50% # x")).toEqual(["salt", "&", "pepper", "50%", "x"]);
  expect(isSpeakable("& %")).toBe(false);
});

test("a sentence does not end with an abbreviation or a line, but with a blank one", () => {
  const text = "Mr. A. Fox saw Dr. No, e.g. at\nnight. Really! Yes\n\nChapter 2";
  expect(sentencesOf(text).map(({ start, end }) => text.slice(start, end))).toEqual(["Mr. A. Fox saw Dr. No, e.g. at\nnight.", "Really!", "Yes", "Chapter 2"]); // prettier-ignore
});

test("pieces are whole sentences where these fit, else end with a clause, else with a word", () => {
  const sentence = `Once ${"word ".repeat(29)}end.`; // 154 characters
  expect(pieces(`${sentence} `.repeat(5)).map(({ length }) => length)).toEqual([309, 309, 154]);
  const [first = "", second = ""] = pieces(`${"word ".repeat(50)}clause, ${"word ".repeat(50)}end.`);
  expect([first.endsWith("clause,"), second.endsWith("end.")]).toEqual([true, true]);
  expect(pieces("word ".repeat(200)).map(({ length }) => length)).toEqual([399, 399, 199]);
  expect(pieces("a".repeat(1_000)).map(({ length }) => length)).toEqual([400, 400, 200]);
});

test("of any text every piece is short enough, and every word is in one, in order", () => {
  const parts = constantFrom("word ", "Mr. ", "a, ", "end. ", "\n", "\n\n", "—", "é", "1.5 ", "x".repeat(450), "你", "👩‍👩‍👧", "\u0000", "( ", "\ud800"); // prettier-ignore
  const likely = array(parts, { maxLength: 150 }).map((list) => list.join(""));
  const check = property(oneof(likely, string({ unit: character, maxLength: 500 })), (text) => {
    const all = pieces(text);
    expect(all.every((piece) => piece.length <= 400 && piece !== "" && /^[\u0020-\u007e]*$/.test(piece))).toBe(true);
    const words = piecesOf(sentencesOf(text)).flatMap(({ tokens }) => tokens);
    expect(words.map(({ start }) => start)).toEqual(words.map(({ start }) => start).toSorted((one, other) => one - other)); // prettier-ignore
    expect(words.map(({ start, end }) => text.slice(start, end))).toEqual(tokensOf(text).map(({ start, end }) => text.slice(start, end))); // prettier-ignore
  });
  assert(check, { seed: 1, numRuns: FULL ? 40 : 15 });
});
