// Passwords of links: scrypt, with its parameters inside the hash, so that they can be raised later.
import { createHmac, randomBytes, scrypt, timingSafeEqual } from "node:crypto";

type Parameters = Readonly<Record<"logN" | "r" | "p", number>>;

// OWASP's scrypt row with 16 MB: N = 2^14, r = 8, p = 5; about a quarter of a second at 512 MB.
const CURRENT: Parameters = { logN: 14, r: 8, p: 5 };
const KEY_LENGTH = 32;

const derive = (password: string, salt: Buffer, { logN, r, p }: Parameters): Promise<Buffer> =>
  new Promise((resolve, reject) =>
    scrypt(password.normalize("NFC"), salt, KEY_LENGTH, { N: 2 ** logN, r, p }, (error, key) =>
      error ? reject(error) : resolve(key),
    ),
  );

/** `scrypt$14$8$5$<salt>$<key>` */
export const hashPassword = async (password: string): Promise<string> => {
  const salt = randomBytes(16);
  const [saltText, keyText] = [salt, await derive(password, salt, CURRENT)].map((bytes) => bytes.toString("base64url"));
  return ["scrypt", CURRENT.logN, CURRENT.r, CURRENT.p, saltText, keyText].join("$");
};

const read = (hash: string): Parameters & { salt: Buffer; key: Buffer } => {
  const [, logN, r, p, ...bytes] = hash.split("$");
  const [salt = Buffer.alloc(0), key = Buffer.alloc(0)] = bytes.map((text) => Buffer.from(text, "base64url"));
  return { logN: Number(logN), r: Number(r), p: Number(p), salt, key };
};

export const isPassword = async (password: string, hash: string): Promise<boolean> => {
  const { key, salt, ...parameters } = read(hash);
  return timingSafeEqual(await derive(password, salt, parameters), key);
};

/** Names a visitor of one link without storing an address: useless for another link, and gone with the link. */
export const visitorOf = (address: string, hash: string): string =>
  createHmac("sha256", read(hash).salt).update(address).digest("base64url").slice(0, 22);
