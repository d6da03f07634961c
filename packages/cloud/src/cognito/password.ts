// Passwords: the pool's policy, how they are kept, and temporary ones.
import { createHash, randomBytes, randomInt, scrypt, timingSafeEqual } from "node:crypto";
import { AwsError } from "../gateway/aws-error.ts";
import { LIMITS, SCRYPT } from "./limits.ts";
import type { Pool, User } from "./model.ts";
import type { PasswordPolicy } from "./schemas.ts";

const SYMBOLS = "^$*.[]{}()?-\"!@#%&/\\,><':;|_~`+=";
/** What a pool without a policy asks for: https://docs.aws.amazon.com/cognito/latest/developerguide/managing-users-passwords.html */
const DEFAULT_POLICY: PasswordPolicy = {
  MinimumLength: 8,
  RequireLowercase: true,
  RequireNumbers: true,
  RequireSymbols: true,
  RequireUppercase: true,
};

const policyOf = ({ settings }: Pool): PasswordPolicy => settings.Policies?.PasswordPolicy ?? DEFAULT_POLICY;

/** Throws InvalidPasswordException with the first rule that is broken. */
export const checkPassword = (pool: Pool, password: string): void => {
  const { MinimumLength = 8, ...require } = policyOf(pool);
  const rules: readonly (readonly [boolean, string])[] = [
    [password.length >= MinimumLength && password.length <= LIMITS.passwordLength, "Password not long enough"],
    [!require.RequireLowercase || /[a-z]/.test(password), "Password must have lowercase characters"],
    [!require.RequireUppercase || /[A-Z]/.test(password), "Password must have uppercase characters"],
    [!require.RequireNumbers || /\d/.test(password), "Password must have numeric characters"],
    [
      !require.RequireSymbols || Array.from(SYMBOLS).some((char) => password.includes(char)),
      "Password must have symbol characters",
    ],
  ];
  const broken = rules.find(([kept]) => !kept);
  if (broken !== undefined)
    throw new AwsError("InvalidPasswordException", 400, `Password did not conform with policy: ${broken[1]}`);
};

const derive = (password: string, salt: string): Promise<Buffer> => {
  const { keyBytes, ...cost } = SCRYPT;
  return new Promise((resolve, reject) => {
    scrypt(password, salt, keyBytes, cost, (error, key) => (error === null ? resolve(key) : reject(error)));
  });
};

export const hashPassword = async (password: string): Promise<NonNullable<User["password"]>> => {
  const salt = randomBytes(16).toString("base64");
  return { salt, hash: (await derive(password, salt)).toString("base64") };
};

export const passwordMatches = async ({ password: kept }: User, password: string): Promise<boolean> =>
  kept !== undefined && timingSafeEqual(await derive(password, kept.salt), Buffer.from(kept.hash, "base64"));

const pick = (chars: string): string => chars[randomInt(chars.length)] ?? "";

/** Conforms with every policy of its length. */
export const temporaryPassword = (pool: Pool): string => {
  const kinds = ["abcdefghijkmnopqrstuvwxyz", "ABCDEFGHJKLMNPQRSTUVWXYZ", "23456789", "!#%&*+-=?"];
  const length = Math.max(policyOf(pool).MinimumLength ?? 8, 12);
  return Array.from({ length }, (_, index) => pick(kinds[index % kinds.length] ?? "")).join("");
};

export const sha256 = (text: string): string => createHash("sha256").update(text).digest("base64url");

const TOKEN_CHARS = "0123456789abcdefghijklmnopqrstuvwxyz";
/** Characters as ids of clients and their secrets have. */
export const randomId = (length: number): string => Array.from({ length }, () => pick(TOKEN_CHARS)).join("");
