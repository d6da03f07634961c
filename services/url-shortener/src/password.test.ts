import { expect, test } from "@jest/globals";
import { hashPassword, isPassword, visitorOf } from "./password.ts";

/** Two of one password. */
const [hash, other] = [await hashPassword("correct horse"), await hashPassword("correct horse")];

test("a password matches its own hash only, and no two hashes are alike", async () => {
  expect(hash).toMatch(/^scrypt\$14\$8\$5\$[\w-]{22}\$[\w-]{43}$/);
  expect(await isPassword("correct horse", hash)).toBe(true);
  expect(await isPassword("correct horsf", hash)).toBe(false);
  expect(other).not.toBe(hash);
});

test("composed and decomposed letters are the same password", async () => {
  expect(await isPassword("Passwo\u0308rt", await hashPassword("Passw\u00f6rt"))).toBe(true);
});

test("a hash with other parameters is still understood", async () => {
  const weak = "scrypt$10$8$1$c2FsdHNhbHRzYWx0c2FsdA$";
  const { scryptSync } = await import("node:crypto");
  const key = scryptSync("old password", Buffer.from("saltsaltsaltsalt"), 32, { N: 2 ** 10, r: 8, p: 1 });
  expect(await isPassword("old password", weak + key.toString("base64url"))).toBe(true);
});

test("a visitor has one name per link, and it does not hold the address", async () => {
  expect(visitorOf("203.0.113.9", hash)).toBe(visitorOf("203.0.113.9", hash));
  expect(visitorOf("203.0.113.9", hash)).not.toBe(visitorOf("203.0.113.9", other));
  expect(visitorOf("203.0.113.9", hash)).not.toBe(visitorOf("203.0.113.8", hash));
});
