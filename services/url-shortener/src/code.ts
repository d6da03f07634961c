// Codes of links. Base58 leaves out 0, O, I and l, which people mix up.
import { createHash, randomBytes } from "node:crypto";

const ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const CODE_LENGTH = 7;

// Names of routes, and names that people would take for the operator's.
const RESERVED =
  /^(?:api|admin|app|login|logout|health|docs|static|assets|preview|stats|report|abuse|security|qr|www|links|batch|api-keys|openapi|enable|disable)$/i;

/** Whether a code is not to be had, whatever its capitals. */
export const isReserved = (code: string): boolean => RESERVED.test(code);

/** Letters from bytes, each letter equally likely: bytes from 232 (4 × 58) on are skipped. */
const base58 = (bytes: Iterable<number>, length: number): string =>
  Iterator.from(bytes)
    .filter((byte) => byte < 232)
    .take(length)
    .map((byte) => ALPHABET.charAt(byte % 58))
    .toArray()
    .join("");

/** Random letters. One byte in ten is skipped, so four per letter are practically always enough. */
export const randomBase58 = (length: number): string => {
  const letters = base58(randomBytes(length * 4), length);
  return letters.length === length ? letters : randomBase58(length);
};

/** The code number `attempt` of entry `index` of a request; the same again for the same random `seed`. */
export const codeFor = (seed: string, index: number, attempt: number): string => {
  const code = base58(createHash("sha256").update(`${seed} ${index} ${attempt}`).digest(), CODE_LENGTH);
  return isReserved(code) ? codeFor(`${seed}+`, index, attempt) : code;
};

/** Names one entry of one request on the link it makes, without telling the seed. */
export const madeBy = (seed: string, index: number): string =>
  createHash("sha256").update(`${seed} ${index} link`).digest("base64url").slice(0, 22);
