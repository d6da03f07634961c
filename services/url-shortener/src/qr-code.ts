// QR codes as SVG: one path, runs of modules joined, so that a code is about 2 KB.
import { encode } from "uqr";
import * as v from "valibot";

export const QrQuery = v.strictObject({
  /** Pixels, 128 to 1024. */
  size: v.optional(v.pipe(v.string(), v.regex(/^(?:12[89]|1[3-9]\d|[2-9]\d\d|10[01]\d|102[0-4])$/))),
  /** Modules, 0 to 8. */
  margin: v.optional(v.pipe(v.string(), v.regex(/^[0-8]$/))),
  ecc: v.optional(v.picklist(["L", "M", "Q", "H"])),
});

/** An SVG image of a QR code for `text`. */
export const qrSvg = (
  text: string,
  { size = "256", margin = "4", ecc = "M" }: v.InferOutput<typeof QrQuery>,
): string => {
  const { data, size: modules } = encode(text, { ecc, border: Number(margin) });
  const path = data.map((row, y) => {
    const line = row.map((dark) => (dark ? "1" : "0")).join("");
    return [...line.matchAll(/1+/g)].map((run) => `M${run.index} ${y}h${run[0].length}v1h-${run[0].length}z`).join("");
  });
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}" viewBox="0 0 ${modules} ${modules}" shape-rendering="crispEdges">` +
    `<path fill="#fff" d="M0 0h${modules}v${modules}H0z"/><path d="${path.join("")}"/></svg>`
  );
};
