// CSV files of products: good rows, and among them bad ones of every kind, whose codes are known.

export const HEADER = "sku,name,price,currency,category,stock";

export const skuOf = (n: number): string => `SKU-${String(n).padStart(7, "0")}`;

export const goodRow = (n: number): string =>
  `${skuOf(n)},${n % 5 === 0 ? `"Shelf, ${n} ""oak"""` : `Lamp ${n}`},${(n * 37) % 100_000},EUR,home-${n % 7},${n % 40}`;

/** Rows that are bad whatever stands around them. */
const BAD: readonly (readonly [row: string, code: string])[] = [
  ["sku-lower,Lamp,1999,EUR,home,5", "invalid-sku"],
  ["AB,Lamp,1999,EUR,home,5", "invalid-sku"],
  ["BAD-1,,1999,EUR,home,5", "invalid-name"],
  [`BAD-2,${"x".repeat(201)},1999,EUR,home,5`, "invalid-name"],
  ["BAD-3,Lamp,19.99,EUR,home,5", "invalid-price"],
  ["BAD-4,Lamp,-1,EUR,home,5", "invalid-price"],
  ["BAD-5,Lamp,1000000000000,EUR,home,5", "invalid-price"],
  ["BAD-6,Lamp,1999,eur,home,5", "invalid-currency"],
  ["BAD-7,Lamp,1999,EUR,Home & Garden,5", "invalid-category"],
  ["BAD-8,Lamp,1999,EUR,home,1.5", "invalid-stock"],
  ["BAD-9,Lamp,1999,EUR,home,1000000001", "invalid-stock"],
  ["=cmd|' /C calc'!A0,Lamp,one,EUR,home,-5", "invalid-sku invalid-price invalid-stock"],
  ["BAD-10,Lamp,1999,EUR,home", "wrong-number-of-fields"],
  ["BAD-11,Lamp,1999,EUR,home,5,6", "wrong-number-of-fields"],
  ['BAD-12,"Lamp,1999,EUR,home,5', "broken-quoting"],
  ['BAD-13,14" lamp,1999,EUR,home,5', "broken-quoting"],
  ["BAD-14,La\0mp,1999,EUR,home,5", "nul-byte"],
  ["BAD-15,La\tmp,1999,EUR,home,5", "invalid-name"],
  [`${skuOf(1)},Another lamp,1999,EUR,home,5`, "sku-taken"],
];

export interface ImportFileOfRows {
  readonly text: string;
  readonly good: number;
  /** By line. */
  readonly bad: ReadonlyMap<number, string>;
}

/** Every `badEvery`-th row is bad, of another kind each time; none of the first is. Line 2 is row 1. */
export const importFile = (rows: number, badEvery = 17): ImportFileOfRows => {
  const bad = new Map<number, string>();
  const lines = [HEADER];
  for (let n = 1; n <= rows; n++) {
    const [row, code] = BAD[(n / badEvery - 1) % BAD.length] ?? [goodRow(n), undefined];
    if (code !== undefined) bad.set(lines.length + 1, code);
    lines.push(row);
  }
  return { text: `${lines.join("\n")}\n`, good: rows - bad.size, bad };
};

/** Codes by line, of all lines of a result that failed. */
export const failuresOf = (result: readonly string[]): ReadonlyMap<number, string> =>
  new Map(
    result
      .map((line) => line.split(","))
      .filter(([, , status]) => status === "failed")
      .map(([line, , , code = ""]) => [Number(line), code]),
  );
