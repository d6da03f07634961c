// Texts to speak: own work, in test/texts, and made ones.
import { readFileSync } from "node:fs";
import { join } from "node:path";

export const TEXTS = ["plain-english", "abbreviations", "chinese", "emoji", "empty", "symbols"] as const;

const read = (name: string): string => readFileSync(join(import.meta.dirname, "texts", name), "utf8");

export const aText = (name: (typeof TEXTS)[number]): string => read(`${name}.txt`);

export const anSsml = (): string => read("post.ssml");

/** The same numbers for the same seed, from 0 to 1 (mulberry32). */
const randomNumbers = (seed: number) => (): number => {
  seed = (seed + 0x6d2b79f5) | 0;
  let mixed = Math.imul(seed ^ (seed >>> 15), seed | 1);
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
};

const list = (words: string): readonly string[] => words.split(" ");

export const ABBREVIATIONS = list(
  "Dr. Mr. Mrs. Prof. St. e.g. i.e. U.S. U.K. a.m. p.m. Ph.D. Inc. Ltd. vs. etc. approx. Fig. No. vol. pp. Jan. Sept. " +
    "Gen. Capt. J. al. cf. Ave. Dept.",
);
const TOKENS = list(
  "3.14 1,250.50 v2.10.3 https://example.com/a.b/c?d=1.5&e=f files/report.final.pdf me@example.org 9.30 10:45",
);
const WORDS = list(
  "harbour lamp bread fog rope quiet morning letter stone bridge window garden seldom yellow engine paper café naïve",
);
const ENDS = list(". . . ! ? … .” ?!");

/** A document full of what is not the end of a sentence, in paragraphs of up to `sentences` sentences. */
export const aDocument = (seed: number, { paragraphs = 4, sentences = 60 } = {}): string => {
  const random = randomNumbers(seed);
  const one = (of: readonly string[]): string => of[Math.floor(random() * of.length)] ?? "";
  const word = (): string => {
    const kind = random();
    if (kind < 0.15) return one(ABBREVIATIONS);
    if (kind < 0.25) return one(TOKENS);
    return one(WORDS) + (random() < 0.1 ? "," : random() < 0.03 ? ";" : "");
  };
  const sentence = (): string => {
    const words = Array.from({ length: 3 + Math.floor(random() * 30) }, word).join(" ");
    return `${words.charAt(0).toUpperCase()}${words.slice(1)} ${one(WORDS)}${one(ENDS)}`;
  };
  const paragraph = (): string => Array.from({ length: 1 + Math.floor(random() * sentences) }, sentence).join(" ");
  return Array.from({ length: 1 + Math.floor(random() * paragraphs) }, paragraph).join("\n\n");
};

/** As long as a post may be. */
export const aLongText = (length = 100_000): string => {
  let text = "";
  for (let seed = 1; text.length < length; seed += 1) text += `${aDocument(seed)}\n\n`;
  return text.slice(0, length);
};

/** Elements and entities that are never cut open. */
export const ATOMS: readonly string[] = [
  '<sub alias="World Wide Web Consortium">W. W. W. C.</sub>',
  '<say-as interpret-as="characters">A. B, C</say-as>',
  '<phoneme alphabet="ipa" ph="pɪˈkɑːn">pecan nut. Yes</phoneme>',
  '<mark name="here"/>',
  '<break time="800ms"/>',
  "R&amp;D",
  "&#128104;&#8205;&#128105;",
];

/** An SSML document with paragraphs, sentences and every kind of tag around and inside of them. */
export const anSsmlDocument = (seed: number): string => {
  const random = randomNumbers(seed);
  const wraps: readonly ((text: string) => string)[] = [
    (text) => `<emphasis level="strong">${text}</emphasis>`,
    (text) => `<prosody rate="${20 + Math.floor(random() * 180)}%" volume="loud">${text}</prosody>`,
    (text) => `<lang xml:lang="fr-FR">${text}</lang>`,
    (text) => `<amazon:effect name="drc">${text}</amazon:effect>`,
    (text) => `<s>${text}</s>`,
    (text) => text,
    (text) => `${text}<!-- - -->`,
  ];
  const wrap = (text: string): string => (wraps[Math.floor(random() * wraps.length)] ?? String)(text);
  const sentence = (): string => {
    const [plain = ""] = aDocument(Math.floor(random() * 1e9), { paragraphs: 1, sentences: 1 }).split("\n");
    const words = plain.replaceAll("&", "&amp;").split(" ");
    words.splice(Math.floor(random() * words.length), 0, ATOMS[Math.floor(random() * ATOMS.length)] ?? "");
    return wrap(words.join(" "));
  };
  const paragraph = (): string => {
    const text = Array.from({ length: 1 + Math.floor(random() * 40) }, sentence).join(" ");
    return random() < 0.5 ? `<p>${text}</p>` : wrap(text.replaceAll(/<\/?s>/g, ""));
  };
  return `<speak>${Array.from({ length: 1 + Math.floor(random() * 5) }, paragraph).join("\n")}</speak>`;
};
