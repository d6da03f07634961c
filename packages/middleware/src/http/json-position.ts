// Finds where a text stops being JSON, because `JSON.parse` tells it for some errors only and may quote the text.

const BLANK = /[ \t\n\r]*/y;
// In a string, everything but a quote, a backslash and what lies before the space (JSON allows no raw control character).
const SCALAR =
  /"[ !#-[\]-\uffff]*(?:\\(?:["\\/bfnrt]|u[\da-fA-F]{4})[ !#-[\]-\uffff]*)*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;

type Expect = "value" | "value-or-end" | "key" | "key-or-end" | "colon" | "comma-or-end" | "nothing";

const match = (pattern: RegExp, text: string, at: number): number => {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
};

const structural = (char: string, expect: Expect, open: string[]): Expect | undefined => {
  const inside = open.at(-1);
  const isValue = expect === "value" || expect === "value-or-end";
  if ((char === "{" || char === "[") && isValue) {
    open.push(char);
    return char === "{" ? "key-or-end" : "value-or-end";
  }
  const mayEnd = expect === "comma-or-end" || expect === (inside === "{" ? "key-or-end" : "value-or-end");
  if (mayEnd && ((char === "}" && inside === "{") || (char === "]" && inside === "["))) {
    open.pop();
    return open.length ? "comma-or-end" : "nothing";
  }
  if (char === "," && expect === "comma-or-end") return inside === "{" ? "key" : "value";
  return char === ":" && expect === "colon" ? "value" : undefined;
};

const errorOffset = (text: string): number => {
  const open: string[] = [];
  let expect: Expect = "value";
  for (let at = match(BLANK, text, 0); at < text.length; at = match(BLANK, text, at)) {
    const next = structural(text.charAt(at), expect, open);
    if (next) {
      expect = next;
      at += 1;
      continue;
    }
    const end = match(SCALAR, text, at);
    const isKey = expect.startsWith("key");
    if (end === at || !(isKey ? text[at] === '"' : expect.startsWith("value"))) return at;
    expect = isKey ? "colon" : open.length ? "comma-or-end" : "nothing";
    at = end;
  }
  return text.length;
};

/** Line and column, both from 1, of the first character that cannot belong to a JSON text. */
export const jsonErrorPosition = (text: string): { readonly line: number; readonly column: number } => {
  const before = text.slice(0, errorOffset(text)).split("\n");
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
};
