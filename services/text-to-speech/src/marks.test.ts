// Marks stand where the text has them, in whatever it is written, and however Polly has cut them.
import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { anSsml, anSsmlDocument, aText } from "../test/texts.ts";
import { VOICING } from "../test/a-post.ts";
import { type Mark, readMarks } from "./marks.ts";
import { type Plan, type PlannedChunk, planSpeech, type Speakable } from "./plan.ts";

const aPlan = (content: string, textType: Speakable["textType"] = "text"): Plan =>
  planSpeech({ ...VOICING, content, textType, marks: true });

type Cut = (line: { start: number; end: number; value: string }, word: string) => object;

/** As aws-sdk-js#1683 has it: of a last character of several bytes, the first byte alone. */
const cutMultibyte: Cut = ({ start, end, value }, word) => {
  const characters = Array.from(word);
  const last = Buffer.byteLength(characters.pop() ?? "");
  return last > 1 ? { start, end: end - last + 1, value: `${characters.join("")}\ufffd` } : { start, end, value };
};
const uncut: Cut = (line) => line;

const WORD = /<[^>]*>|[^\s<]+/gu;

/** As Polly marks a chunk: a word each 100 ms, with the bytes of the request. */
const polly = ({ text }: PlannedChunk, cut: Cut): string =>
  Array.from(text.matchAll(WORD))
    .filter(({ 0: word }) => !word.startsWith("<"))
    .map(({ index, 0: value }, count) => {
      const start = Buffer.byteLength(text.slice(0, index));
      const line = { start, end: start + Buffer.byteLength(value), value };
      return `${JSON.stringify({ time: count * 100 + 6, type: "word", ...cut(line, value) })}\n`;
    })
    .join("");

const allMarks = (content: string, { chunks }: Plan, cut: Cut): readonly Mark[] =>
  chunks.flatMap((chunk, index) => {
    const { marks, dropped } = readMarks(polly(chunk, cut), chunk, content, index * 1_000_000.4);
    expect(dropped).toBe(0);
    return marks;
  });

const expectInPlace = (content: string, marks: readonly Mark[]): void => {
  const bytes = Buffer.from(content);
  for (const { start, end, startByte, endByte, value } of marks) {
    expect(content.slice(start, end)).toBe(value);
    expect(bytes.subarray(startByte, endByte).toString()).toBe(value);
  }
  const [times, starts] = [marks.map(({ time }) => time), marks.map(({ start }) => start)];
  expect(times).toEqual(times.toSorted((a, b) => a - b));
  expect(starts).toEqual(starts.toSorted((a, b) => a - b));
};

describe.each([
  ["as they are", uncut],
  ["cut in their last character", cutMultibyte],
] as const)("marks %s", (_name, cut) => {
  test.each([
    ["accents, quotes, dashes, families, flags, Chinese", aText("emoji")],
    ["Chinese paragraphs", aText("chinese")],
    ["English paragraphs", aText("plain-english")],
    ["accents typed apart", aText("emoji").normalize("NFD")],
    ["more chunks than one", `${aText("emoji")}\n\n`.repeat(30)],
  ])("%s: the text has each word where its mark says", (_name, content) => {
    const marks = allMarks(content, aPlan(content), cut);
    expect(marks.map(({ value }) => value)).toEqual(content.match(/\S+/g));
    expectInPlace(content, marks);
  });

  test.each([
    ["SSML with entities, comments and Chinese", anSsml()],
    ["a long document", anSsmlDocument(1)],
  ])("%s: back in the SSML that was given", (_name, content) => {
    const marks = allMarks(content, aPlan(content, "ssml"), cut);
    expect(marks.length).toBeGreaterThan(10);
    expectInPlace(content, marks);
  });
});

test("the last word of a chunk that was cut within an element is no longer than it is", () => {
  const content = `<speak><prosody rate="90%">${"One two three. ".repeat(400)}</prosody></speak>`;
  const plan = aPlan(content, "ssml");
  expect(plan.chunks.length).toBeGreaterThan(1);
  expectInPlace(content, allMarks(content, plan, uncut));
  expect(new Set(allMarks(content, plan, uncut).map(({ value }) => value))).toEqual(new Set(["One", "two", "three."]));
});

const [chunk] = aPlan("pools”. Then café — 🚀").chunks;
if (chunk === undefined) throw new Error("nothing to speak");
const original = "pools”. Then café — 🚀";
const read = (...lines: readonly (object | string)[]) =>
  readMarks(
    lines.map((line) => (typeof line === "string" ? line : JSON.stringify(line))).join("\n"),
    chunk,
    original,
    0.6,
  );

test("a sentence that Polly has ended in a quote ends behind it", () => {
  const { marks } = read({ time: 0, type: "sentence", start: 0, end: 6, value: "pools\ufffd" });
  expect(marks).toEqual([{ time: 1, type: "sentence", start: 0, end: 6, startByte: 0, endByte: 8, value: "pools”" }]);
});

test("a mark of SSML keeps its name", () => {
  const ssml = "<speak>One <mark name='here'/>two</speak>";
  const [chunk] = aPlan(ssml, "ssml").chunks;
  const line = JSON.stringify({ time: 3, type: "ssml", start: 11, end: 30, value: "here" });
  const marks = chunk && readMarks(line, chunk, ssml, 0).marks;
  expect(marks).toEqual([{ time: 3, type: "ssml", start: 11, end: 30, startByte: 11, endByte: 30, value: "here" }]);
});

test("what is no mark of the chunk is dropped and counted", () => {
  const word = { time: 0, type: "word", start: 0, end: 5, value: "pools" };
  const wrong = [
    { ...word, end: 1_000 },
    { ...word, start: 5 },
    { ...word, start: -1 },
    { ...word, start: 0.5 },
    { ...word, time: -1 },
    { ...word, time: null },
    { time: 1, type: "viseme", value: "p" },
    { ...word, value: 7 },
    [],
    "no JSON",
    "{",
  ];
  expect(read(...wrong)).toEqual({ marks: [], dropped: wrong.length });
  expect(read(word, ...wrong, word, "", " ")).toMatchObject({
    marks: [word, word].map((each) => ({ ...each, time: 1 })),
    dropped: wrong.length,
  });
});

test("any line is a mark in the text, or dropped", () => {
  const line = fc.oneof(
    fc.string(),
    fc.json(),
    fc
      .record({ time: fc.nat(), type: fc.constant("word"), start: fc.nat(30), end: fc.nat(30), value: fc.string() })
      .map((mark) => JSON.stringify(mark)),
  );
  const property = fc.property(fc.array(line), (lines) => {
    for (const { start, end, value } of read(...lines).marks) expect(original.slice(start, end)).toBe(value);
  });
  fc.assert(property, { seed: 3, numRuns: 1_000 });
});
