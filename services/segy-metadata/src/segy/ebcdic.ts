// EBCDIC: IBM's code pages 037, 500 and 1047, which share all but nine characters. Neither Node nor iconv-lite has them.

export type CodePage = "037" | "1047" | "500";

/** Bytes 0x00 to 0x3F are control characters, alike in the three pages. */
const CONTROLS = Buffer.from(
  "000102039c09867f978d8e0b0c0d0e0f101112139d8508871819928f1c1d1e1f" +
    "80818283840a171b88898a8b8c050607909116939495960498999a9b14159e1a",
  "hex",
).toString("latin1");

/** From 0x40 on, 32 to a row. */
const CODE_PAGE_037 = [
  CONTROLS,
  " \xa0âäàáãåçñ¢.<(+|&éêëèíîïìß!$*);¬",
  "-/ÂÄÀÁÃÅÇÑ¦,%_>?øÉÊËÈÍÎÏÌ`:#@'=\"",
  "Øabcdefghi«»ðýþ±°jklmnopqrªºæ¸Æ¤",
  "µ~stuvwxyz¡¿ÐÝÞ®^£¥·©§¶¼½¾[]¯¨´×",
  "{ABCDEFGHI\xadôöòóõ}JKLMNOPQR¹ûüùúÿ",
  "\\÷STUVWXYZ²ÔÖÒÓÕ0123456789³ÛÜÙÚ\x9f",
].join("");

/** `code character`, where a page is not like 037. */
const differing = (differences: string): string => {
  const characters = CODE_PAGE_037.split("");
  for (const difference of differences.split(" "))
    characters[Number.parseInt(difference, 16)] = difference.charAt(difference.length - 1);
  return characters.join("");
};

const PAGES: Readonly<Record<CodePage, string>> = {
  "037": CODE_PAGE_037,
  "1047": differing("5f:^ ad:[ b0:¬ ba:Ý bb:¨ bd:]"),
  "500": differing("4a:[ 4f:! 5a:] 5f:^ b0:¢ ba:¬ bb:|"),
};

/** One character per byte. */
export const decodeEbcdic = (bytes: Uint8Array, page: CodePage): string => {
  const table = PAGES[page];
  return Array.from(bytes, (byte) => table.charAt(byte)).join("");
};
