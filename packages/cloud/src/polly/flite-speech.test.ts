import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { createFliteSpeech } from "./flite-speech.ts";
import { type MarkType, NothingToSpeak, type Run, type Speech, type SpeechMark } from "./speech-port.ts";

const RATE = 16_000;
const HARBOUR =
  "The harbour was quiet when Mr. Ellery came down at 5.30 in the morning, carrying a box that weighed 12.5 " +
  "kilograms. He put it on the wall, looked at the water, and waited. “Nobody comes before six,” said a voice behind " +
  "him — it was Anna, who had walked all the way from the station. They opened the box together; inside lay a brass " +
  "telescope, three maps, and a letter that began with the words: do not open this box.";

const { signal } = new AbortController();
const errors: unknown[] = [];
let speech: Speech;

beforeAll(() => {
  speech = createFliteSpeech({ fast: true, onError: (error) => errors.push(error), threads: 2 });
});
afterAll(async () => speech.close());
afterEach(() => {
  if (errors.length > 0) throw new AggregateError(errors.splice(0), "A thread died");
});

const text = (text: string, about: { at?: number; rate?: number; gain?: number; bytes?: number[] } = {}): Run => ({
  kind: "speech",
  text,
  at: 0,
  rate: 1,
  gain: 1,
  ...about,
});
const mark = (name: string, at: number): Run => ({ kind: "mark", name, at, end: at + 20 });
const silence = (ms: number): Run => ({ kind: "silence", ms });

const bytesOf = async (runs: readonly Run[], format: "mp3" | "ogg_vorbis" | "pcm" = "pcm", sampleRate = RATE) => {
  const parts = [];
  for await (const part of speech.audio({ runs, voice: "slt", format, sampleRate, signal })) parts.push(part);
  return Buffer.concat(parts);
};
/** From -1 to 1. */
const samplesOf = async (...runs: readonly Run[]) => {
  const bytes = await bytesOf(runs);
  return Float64Array.from({ length: bytes.length / 2 }, (_, index) => bytes.readInt16LE(index * 2) / 32_768);
};
const secondsOf = async (...runs: readonly Run[]) => (await samplesOf(...runs)).length / RATE;
const loudness = (samples: Float64Array) =>
  Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);

const marksOf = async (runs: readonly Run[], ...types: readonly MarkType[]) => {
  const marks: SpeechMark[] = [];
  for await (const mark of speech.marks({ runs, voice: "slt", types, signal })) marks.push(mark);
  return marks;
};
const wordsOf = async (...runs: readonly Run[]) => (await marksOf(runs, "word")).flatMap((mark) => (mark.type === "word" ? [mark] : [])); // prettier-ignore
const slice = (whole: string, { start, end }: { start: number; end: number }) =>
  Buffer.from(whole).subarray(start, end).toString();

describe("audio", () => {
  test("a text is heard, always the same to the byte, in every format", async () => {
    const samples = await samplesOf(text(HARBOUR));
    expect(samples.length / RATE).toBeCloseTo(24.65, 1);
    expect(loudness(samples)).toBeGreaterThan(0.02);
    const begins = { pcm: "0000", mp3: "fff3", ogg_vorbis: "4f676753" };
    for (const format of ["pcm", "mp3", "ogg_vorbis"] as const) {
      const [one, two] = [await bytesOf([text("Hello.")], format), await bytesOf([text("Hello.")], format)];
      expect(one.equals(two)).toBe(true);
      expect(one.toString("hex").startsWith(begins[format])).toBe(true);
    }
  });

  test.each([8_000, 22_050, 24_000])("at %i Hz it is as long", async (rate) => {
    const bytes = await bytesOf([text("Eleven small boats.")], "pcm", rate);
    expect(bytes.length / 2 / rate).toBeCloseTo(await secondsOf(text("Eleven small boats.")), 3);
  });

  test("rate, gain and silence are heard", async () => {
    const plain = await samplesOf(text("Eleven small boats."));
    const slow = await secondsOf(text("Eleven small boats.", { rate: 0.5 }));
    expect(slow / (plain.length / RATE)).toBeCloseTo(2, 1);
    expect(loudness(await samplesOf(text("Eleven small boats.", { gain: 0.5 }))) / loudness(plain)).toBeCloseTo(0.5, 2);
    const paused = await samplesOf(text("Eleven small boats."), silence(1_500), text("Eleven small boats."));
    expect(paused.length).toBe(2 * plain.length + 1.5 * RATE);
    expect(await secondsOf(silence(250))).toBe(0.25);
  });

  test("what a tag divides is one breath", async () => {
    const divided = [text("Eleven sm"), text("all bo", { at: 20 }), text("ats.", { at: 40 })];
    expect(await bytesOf(divided)).toEqual(await bytesOf([text("Eleven small boats.")]));
  });

  test("what is said in another manner goes on without a rest", async () => {
    const three = [text("One two"), text(" three", { gain: 2 }), text(" four five six.")];
    expect(await secondsOf(...three)).toBeLessThan((await secondsOf(text("One two three four five six."))) + 0.75);
  });

  test("it ends at ten minutes without a word", async () => {
    const runs = [...Array.from({ length: 70 }, () => silence(9_000)), text("never heard")];
    expect(await bytesOf(runs)).toHaveLength(600 * RATE * 2);
    expect(await marksOf(runs, "word")).toEqual([]);
  });

  test.each(["…!!!", "你好，世界。", "👩‍👩‍👧", "---- ** ----"])("%s has no sound", async (given) => {
    await expect(bytesOf([text(given), silence(100)])).rejects.toThrow(NothingToSpeak);
    await expect(marksOf([text(given)], "word")).rejects.toThrow(NothingToSpeak);
    expect(await secondsOf(text(`${given} yes`))).toBeGreaterThan(0.4);
  });
  test("nor has nothing", async () => {
    await expect(bytesOf([])).rejects.toThrow(NothingToSpeak);
    await expect(bytesOf([text(" \n")])).rejects.toThrow(NothingToSpeak);
  });

  test("who does not listen any more gets no more", async () => {
    const leaving = new AbortController();
    const listen = async () => {
      const runs = [text(HARBOUR.repeat(5))];
      for await (const _ of speech.audio({ runs, voice: "slt", format: "pcm", sampleRate: RATE, signal: leaving.signal })) leaving.abort(); // prettier-ignore
    };
    await expect(listen()).rejects.toThrow("abort");
  });
});

describe("marks", () => {
  const STRANGE =
    "  Café déjà vu: “naïve” £5 — 👩‍👩‍👧 你好 C++ is 50% of Ünder…\n\nChapter one\nDr. No came, e.g. at 10:30!";

  test("each is the bytes it names, in order", async () => {
    const marks = await marksOf([text(STRANGE)], "sentence", "word", "viseme");
    const words = marks.filter(({ type }) => type === "word");
    const named = marks.filter((mark) => mark.type !== "viseme");
    expect(named.map((mark) => slice(STRANGE, mark))).toEqual(named.map(({ value }) => value));
    expect(words.map(({ value }) => value)).toEqual("Café déjà vu naïve £5 C++ is 50% of Ünder Chapter one Dr No came e.g at 10:30".split(" ")); // prettier-ignore
    expect(marks.filter(({ type }) => type === "sentence").map(({ value }) => value)).toEqual([
      "Café déjà vu: “naïve” £5 — 👩‍👩‍👧 你好 C++ is 50% of Ünder…",
      "Chapter one\nDr. No came, e.g. at 10:30!",
    ]);
    expect(marks.map(({ time }) => time)).toEqual(marks.map(({ time }) => time).toSorted((one, other) => one - other));
  });

  test("a word is heard when its mark says so", async () => {
    const runs = [silence(700), text("tap", { rate: 0.7 }), silence(1_000), text("tap"), silence(333), text("tap")];
    const [marks, samples] = [await wordsOf(...runs), await samplesOf(...runs)];
    const onsets = samples.reduce<number[]>((heard, sample, index) => {
      const last = heard.at(-1) ?? Number.NEGATIVE_INFINITY;
      return Math.abs(sample) > 0.02 && index - last > RATE / 2 ? [...heard, index] : heard;
    }, []);
    expect(marks).toHaveLength(3);
    for (const [nth, { time }] of marks.entries()) expect(Math.abs((onsets[nth] ?? 0) / RATE - time / 1_000)).toBeLessThan(0.16); // prettier-ignore
  });

  test("marks of SSML are where the next word is, or the end", async () => {
    const runs = [mark("a", 7), text("one ", { at: 30 }), mark("b", 40), text("two.", { at: 60 }), mark("c", 70), silence(500), mark("d", 100), text("Three", { at: 120 }), mark("e", 130)]; // prettier-ignore
    const marks = await marksOf(runs, "ssml", "word");
    expect(marks.map(({ type, value }) => `${type} ${value}`)).toEqual(["ssml a", "word one", "ssml b", "word two", "ssml c", "ssml d", "word Three", "ssml e"]); // prettier-ignore
    const times = new Map(marks.map(({ value, time }) => [value, time]));
    expect(times.get("b")).toBe(times.get("two"));
    expect((times.get("d") ?? 0) - (times.get("c") ?? 0)).toBe(500);
    expect(times.get("e")).toBe(Math.round((await secondsOf(...runs)) * 1_000));
    expect(marks.find(({ value }) => value === "b")).toMatchObject({ start: 40, end: 60 });
  });

  test("a word from elsewhere has the place it is given", async () => {
    const alias = text("World Wide Web", { at: 0, bytes: [...Array.from({ length: 14 }, () => 31), 34] });
    const entity = text("A&B", { bytes: [50, 51, 56, 57] });
    const marks = await wordsOf(alias, text(" and ", { at: 40 }), entity);
    expect(marks.map(({ start, end, value }) => [value, start, end])).toEqual([
      ["World", 31, 31],
      ["Wide", 31, 31],
      ["Web", 31, 34],
      ["and", 41, 44],
      ["A&B", 50, 57],
    ]);
  });

  test("the mouth moves as Polly's does", async () => {
    const visemes = await marksOf([text("Mary had a lamb")], "viseme");
    expect(visemes.map(({ value }) => value).join(" ")).toBe("sil p E r i k a t @ t a p sil");
  });
});

const WORDS = "the of harbour through weighed letters NASA e-mail don't re-enter rock’n’roll 1999 3.14 42nd $7.50 12:45 U.S.A. e.g. café naïve www.example.com x-ray O'Brien a/b read live St. isn't Ünder 5% AT&T 1,024 what's I"; // prettier-ignore
/** A text with its words and where they are, from a seed. */
const generated = (seed: number): { readonly whole: string; readonly words: readonly string[] } => {
  let state = seed;
  const pick = <T>(from: readonly T[]): T | undefined => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return from[(state >>> 8) % from.length];
  };
  const list = WORDS.split(" ");
  const words = Array.from({ length: 30 }, () => pick(list) ?? "");
  const gaps = [
    " ",
    " ",
    " ",
    " ",
    ", ",
    ". ",
    "! ",
    " — ",
    "; ",
    " 👩‍👩‍👧 ",
    " 你好 ",
    ".\n\n",
    "\n",
    "… ",
    " (!) ",
    "” “",
  ];
  return { whole: words.map((word) => word + (pick(gaps) ?? "")).join(""), words };
};

/** How many words it has and how many of them were marked; marks are checked. */
const markedIn = async (seed: number) => {
  const { whole, words } = generated(seed);
  const marks = await wordsOf(text(whole));
  expect(marks.map((mark) => slice(whole, mark))).toEqual(marks.map(({ value }) => value));
  const times = marks.map(({ time }) => time);
  expect(times).toEqual([...new Set(times)].toSorted((one, other) => one - other));
  const seconds = seed % 10 === 0 ? await secondsOf(text(whole)) : Number.POSITIVE_INFINITY;
  expect((times.at(-1) ?? 0) / 1_000).toBeLessThan(seconds);
  return [words.length, marks.length] as const;
};

const TEXTS = process.env["WARMSTART_FULL"] ? 60 : 8;

test("every word of many texts is marked, in order, before the audio's end", async () => {
  const found = await Promise.all(Array.from({ length: TEXTS }, async (_, seed) => markedIn(seed)));
  const [words, marked] = found.reduce(([all, sum], [words, marked]) => [all + words, sum + marked], [0, 0]);
  expect({ words, marked }).toEqual({ words: 30 * TEXTS, marked: 30 * TEXTS }); // 99 % would do
});
