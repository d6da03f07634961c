// The mouth of each phone: flite's names (of CMU's lexicon) as Polly's visemes of US English.
import type { Phone } from "../flite/voice.ts";

const PHONES: Readonly<Record<string, string>> = {
  p: "p b m",
  t: "d t l n el en",
  S: "ch jh sh zh",
  T: "dh th",
  f: "f v",
  k: "g hh k ng",
  i: "ih iy y",
  r: "r",
  s: "s z",
  u: "uh uw w",
  "@": "ax axr er",
  a: "aa ae aw ay",
  e: "ey",
  E: "ah eh",
  o: "ow",
  O: "ao oy",
};

const VISEMES = new Map(
  Object.entries(PHONES).flatMap(([viseme, phones]) => phones.split(" ").map((phone) => [phone, viseme] as const)),
);

/** One for each change of the mouth, `sil` where it rests. */
export const visemesOf = (phones: readonly Phone[], seconds: number): readonly { at: number; value: string }[] => {
  const mouths: { at: number; value: string }[] = [];
  const to = (at: number, value: string): void => {
    if (mouths.at(-1)?.value !== value) mouths.push({ at, value });
  };
  let end = 0;
  for (const phone of phones) {
    if (phone.start > end) to(end, "sil");
    to(phone.start, VISEMES.get(phone.name) ?? "sil");
    end = phone.end;
  }
  if (end < seconds) to(end, "sil");
  return mouths;
};
