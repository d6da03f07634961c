// Lines for a terminal of 80 columns, in colour when it wants some.
export type Tone = "bold" | "dim" | "red" | "yellow" | "green" | "cyan";

/** A piece of a line: text, or text in a tone. */
export type Piece = string | readonly [Tone, string];
export type Line = readonly Piece[];

export const COLUMNS = 80;

const CODES: Readonly<Record<Tone, number>> = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 };

/** Foreign text without what a terminal obeys: escape codes, carriage returns, marks that turn the reading order. */
export const printable = (text: string): string => text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, "·");

const lengthOf = (text: string): number => Array.from(text).length;

/** Words in lines of at most `width` characters; longer words are cut, a number keeps its percent sign. */
export const wrap = (text: string, width: number): readonly string[] => {
  const lines: string[] = [];
  let line = "";
  for (const word of printable(text).match(new RegExp(`(?:[^ ]| (?=%)){1,${width}}`, "gu")) ?? []) {
    if (line !== "" && lengthOf(line) + 1 + lengthOf(word) > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return line === "" ? lines : [...lines, line];
};

/** A line as text, cut at 80 columns. */
const renderLine = (line: Line, colour: boolean): string => {
  let room = COLUMNS;
  const pieces = line.map((piece) => {
    const [tone, text] = typeof piece === "string" ? [undefined, piece] : piece;
    const shown = Array.from(printable(text)).slice(0, room).join("");
    room -= lengthOf(shown);
    return colour && tone && shown !== "" ? `\u001B[${CODES[tone]}m${shown}\u001B[0m` : shown;
  });
  return `${pieces.join("").trimEnd()}\n`;
};

export const render = (lines: readonly Line[], colour: boolean): string =>
  lines.map((line) => renderLine(line, colour)).join("");

/** Width of the column of labels. */
export const LABEL = 13;

export const heading = (text: string): readonly Line[] => [[], [["bold", text]]];

/** A label and its text in as many lines as it takes; nothing without text. */
export const row = (label: string, text: string): readonly Line[] =>
  wrap(text, COLUMNS - LABEL).map((line, at): Line => [["dim", (at === 0 ? label : "").padEnd(LABEL)], line]);
