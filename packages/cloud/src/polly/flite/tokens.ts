// The words of a text as flite can say them: it knows ASCII, and leaves out all else without a word.

export interface Token {
  /** As it is given to flite; with a mark of punctuation where the text pauses. */
  readonly spoken: string;
  /** The word in the text without the punctuation around it, in UTF-16 units. */
  readonly start: number;
  readonly end: number;
}

/** Longer "words" are said in slices. */
const LONGEST = 400;
const WORD = /[\u0021-\u007e\p{Sc}\p{Script=Latin}\p{M}\u2018\u2019\u201c\u201d\u00b2\u00b3\u00b9\u00bc-\u00be]+/gu;
const AROUND = new Set(".,;:!?\"'\u2018\u2019\u201c\u201d()[]{}*_~`<>|-");
const PUNCTUATED = /[.,;:!?]["')\]]*$/;
/** A letter, a digit, or a sign that stands for a word by itself: "salt & pepper". */
const SOUND = /[a-z\d]|^[&@%+=]$/i;
const LETTERS: Readonly<Record<string, string>> = { ß: "ss", æ: "ae", ø: "o", œ: "oe", ł: "l", đ: "d", ð: "d", þ: "th", ı: "i", "⁄": "/", "‘": "'", "’": "'", "“": '"', "”": '"' }; // prettier-ignore

const CURRENCIES: Readonly<Record<string, string>> = { "£": "pounds", "€": "euros", "¥": "yen" };
const MONEY = /([£€¥])(\d[\d.,]*\d|\d)/;

/** Without accents and ligatures; what has no ASCII for it is left out. */
const ascii = (text: string): string =>
  text
    .replace(MONEY, (_all, sign: string, amount: string) => `${amount} ${CURRENCIES[sign] ?? ""}`)
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .replace(/[^\u0020-\u007e]/gu, (letter) => LETTERS[letter] ?? LETTERS[letter.toLowerCase()]?.toUpperCase() ?? "");

/** A blank line ends a sentence, a dash or what cannot be said is a short pause. */
const pause = (gap: string): string => (/\n\s*\n/.test(gap) ? "." : gap.trim() === "" ? "" : ",");

/** Where the word is without what is around it; all of it when that is all. */
const bare = (word: string, at: number): { readonly start: number; readonly end: number } => {
  let [first, last] = [0, word.length];
  while (first < last && AROUND.has(word.charAt(first))) first++;
  while (last > first && AROUND.has(word.charAt(last - 1))) last--;
  return first < last ? { start: at + first, end: at + last } : { start: at, end: at + word.length };
};

/** The words of a text, or of a part of it that starts at `from`. */
export const tokensOf = (text: string, from = 0): readonly Token[] => {
  const words = [...text.matchAll(WORD)];
  return words.flatMap(({ 0: word, index }, nth) => {
    const gap = text.slice(index + word.length, words[nth + 1]?.index ?? text.length);
    const said = ascii(word);
    if (!SOUND.test(said)) return [];
    const spoken = PUNCTUATED.test(said) ? said : said + pause(gap);
    return slices(spoken).map((slice) => ({ spoken: slice, ...bare(word, from + index) }));
  });
};

const slices = (spoken: string): readonly string[] =>
  Array.from({ length: Math.ceil(spoken.length / LONGEST) }, (_, nth) => spoken.slice(nth * LONGEST, (nth + 1) * LONGEST)); // prettier-ignore

/** Whether it has a letter or digit that flite can say. */
export const isSpeakable = (text: string): boolean => tokensOf(text).some(({ spoken }) => /[a-z\d]/i.test(spoken));
