import { expect, test } from "@jest/globals";
import { encode } from "uqr";
import * as v from "valibot";
import { QrQuery, qrSvg } from "./qr-code.ts";

/** The modules that an SVG path draws. */
const drawn = (svg: string): string[] =>
  [...svg.matchAll(/M(\d+) (\d+)h(\d+)v1h-\3z/g)].flatMap(([, x, y, run]) =>
    Array.from({ length: Number(run) }, (_, i) => `${Number(x) + i},${y}`),
  );

test("draws exactly the dark modules, in the asked size", () => {
  const svg = qrSvg("https://sho.rt/sale?s=qr", { size: "512", margin: "2", ecc: "H" });
  const { data, size } = encode("https://sho.rt/sale?s=qr", { ecc: "H", border: 2 });
  const dark = data.flatMap((row, y) => row.flatMap((on, x) => (on ? `${x},${y}` : [])));
  expect(drawn(svg)).toEqual(dark);
  expect(svg).toContain(`width="512" height="512" viewBox="0 0 ${size} ${size}"`);
});

test.each([
  [{ size: "128", margin: "0", ecc: "L" }, true],
  [{ size: "1024" }, true],
  [{ size: "127" }, false],
  [{ size: "1025" }, false],
  [{ size: "1e3" }, false],
  [{ margin: "9" }, false],
  [{ ecc: "X" }, false],
  [{ color: "red" }, false],
])("%j is allowed: %s", (query, allowed) => expect(v.is(QrQuery, query)).toBe(allowed));
