// What a file is, told by its first 32 bytes. Names and Content-Types are not believed.

export type InputFormat = "jpeg" | "png" | "gif" | "webp" | "avif";

const SNIFF_BYTES = 32;

const ascii = (bytes: Uint8Array, from: number, to: number): string =>
  String.fromCharCode(...bytes.subarray(from, Math.min(to, SNIFF_BYTES)));

/** AVIF is an ISO file whose major brand, or one of the first compatible brands, says so; HEIC has the same frame. */
const isAvif = (bytes: Uint8Array): boolean => {
  if (ascii(bytes, 4, 8) !== "ftyp") return false;
  const major = ascii(bytes, 8, 12);
  const compatible = [16, 20, 24, 28].map((from) => ascii(bytes, from, from + 4));
  return major === "avif" || (major === "mif1" && compatible.includes("avif"));
};

/** The format of a picture this service reads, or undefined for everything else. */
export const sniff = (bytes: Uint8Array): InputFormat | undefined => {
  if (ascii(bytes, 0, 3) === "\xff\xd8\xff") return "jpeg";
  if (ascii(bytes, 0, 8) === "\x89PNG\r\n\x1a\n") return "png";
  if (["GIF87a", "GIF89a"].includes(ascii(bytes, 0, 6))) return "gif";
  if (ascii(bytes, 0, 4) === "RIFF" && ascii(bytes, 8, 12) === "WEBP") return "webp";
  return isAvif(bytes) ? "avif" : undefined;
};
