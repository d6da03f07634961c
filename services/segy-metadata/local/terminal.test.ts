import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { printable, render, wrap } from "./terminal.ts";

/** Any code point; the unit "binary" means the same and takes half a second to build. */
const character = fc.nat(0x10ffff).map((point) => String.fromCodePoint(point).toWellFormed());

describe("a terminal is told nothing that the file wants to tell it", () => {
  test.each([
    ["an escape code", "\u001B[31mred", "·[31mred"],
    ["the one-byte form of it", "\u009B31mred", "·31mred"],
    ["a carriage return", "good\rbad", "good·bad"],
    ["a title", "\u001B]0;title\u0007", "·]0;title·"],
    ["a mark that turns the reading order", "a\u202Eb", "a·b"],
    ["a new line", "a\nb\u2028c", "a·b·c"],
  ])("%s", (_, text, shown) => {
    expect(printable(text)).toBe(shown);
  });

  test("whatever the text is", () => {
    fc.assert(
      fc.property(fc.string({ unit: character }), (text) => {
        expect(render([[text, ["bold", text]]], false)).toMatch(/^\P{C}*\n$/u);
      }),
      { seed: 1 },
    );
  });
});

test("lines are cut at 80 columns, colours not counted", () => {
  const line = render([[["red", "x".repeat(70)], "y".repeat(70)]], true);
  expect(line).toBe(`\u001B[31m${"x".repeat(70)}\u001B[0m${"y".repeat(10)}\n`);
});

test("without colour there are no codes", () => {
  expect(render([[["red", "error"], " text"], []], false)).toBe("error text\n\n");
});

test("text wraps between words, and a word that is longer than a line is cut", () => {
  expect(wrap("one two three", 7)).toEqual(["one two", "three"]);
  expect(wrap("abcdefghij k", 4)).toEqual(["abcd", "efgh", "ij k"]);
  expect(wrap("all of 100 %", 10)).toEqual(["all of", "100 %"]);
  expect(wrap("  ", 4)).toEqual([]);
});
