// How `<say-as>` is read out: characters, digits, dates and telephone numbers become other text.

const MONTHS = "January February March April May June July August September October November December".split(" ");

const spaced = (text: string): string =>
  Array.from(text.replaceAll(/\s+/g, ""), (char) => char.toUpperCase()).join(" ");

/** Digits one by one, a pause where they were grouped. */
const telephone = (text: string): string =>
  text
    .split(/[^\dA-Za-z+]+/)
    .filter((group) => group !== "")
    .map(spaced)
    .join(", ")
    .replaceAll("+", "plus");

/** In the order that `format` says; without one, the year is what has four digits. */
const date = (text: string, format: string): string => {
  if (/\p{L}/u.test(text)) return text; // it names its month itself
  const numbers = format === "yyyymmdd" || /^\d{8}$/.test(text) ? /(\d{4})(\d\d)(\d\d)/.exec(text)?.slice(1) : text.split(/\D+/); // prettier-ignore
  const letters = format === "yyyymmdd" ? "ymd" : format || (/^\d{4}/.test(text) ? "ymd" : "mdy");
  const part = (letter: string): string => numbers?.[letters.indexOf(letter)] ?? "";
  const month = MONTHS[Number(part("m")) - 1];
  if (part("m") !== "" && month === undefined) return text;
  const day = part("d") === "" ? "" : String(Number(part("d")));
  return [month, day, part("y")].filter((each) => each).join(" ") || text;
};

const READERS = { characters: spaced, "spell-out": spaced, digits: spaced, telephone, date };
const isRead = (how: string): how is keyof typeof READERS => Object.hasOwn(READERS, how);

/** The text as it is to be spoken; all other ways are the voice's own. */
export const sayAs = (text: string, how: string, format = ""): string =>
  isRead(how) ? READERS[how](text.trim(), format) : text.trim();
