// Random passwords, alone or as a member of a JSON template.
import { randomInt } from "node:crypto";
import * as v from "valibot";
import { flag, within } from "../cloudformation/property-schema.ts";
import { AwsError } from "../gateway/aws-error.ts";
import { LIMITS } from "./limits.ts";

const { least, most, usual } = LIMITS.passwordLength;

export const generateSchema = v.strictObject({
  PasswordLength: v.optional(v.pipe(within(least, most), v.integer()), usual),
  ExcludeCharacters: v.optional(v.string(), ""),
  ExcludeLowercase: v.optional(flag, false),
  ExcludeNumbers: v.optional(flag, false),
  ExcludePunctuation: v.optional(flag, false),
  ExcludeUppercase: v.optional(flag, false),
  IncludeSpace: v.optional(flag, false),
  RequireEachIncludedType: v.optional(flag, true),
  SecretStringTemplate: v.optional(v.string()),
  GenerateStringKey: v.optional(v.string()),
});
export type GenerateString = v.InferOutput<typeof generateSchema>;
type PasswordOptions = Omit<GenerateString, "SecretStringTemplate" | "GenerateStringKey">;

const invalid = (message: string): AwsError => new AwsError("InvalidParameterException", 400, message);
const pick = (chars: string): string => chars[randomInt(chars.length)] ?? "";

export const randomPassword = (options: PasswordOptions): string => {
  const kinds = [
    options.ExcludeLowercase ? "" : "abcdefghijklmnopqrstuvwxyz",
    options.ExcludeUppercase ? "" : "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    options.ExcludeNumbers ? "" : "0123456789",
    options.ExcludePunctuation ? "" : "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~",
    options.IncludeSpace ? " " : "",
  ];
  const excluded = new Set(options.ExcludeCharacters);
  const left = kinds.map((chars) => Array.from(chars, (char) => (excluded.has(char) ? "" : char)).join(""));
  const included = left.filter((chars) => chars !== "");
  const required = options.RequireEachIncludedType ? included : [];
  if (included.length === 0 || required.length > options.PasswordLength)
    throw invalid("The password has no characters to choose from, or is too short for one of each kind.");
  const chars = required.map(pick);
  while (chars.length < options.PasswordLength) chars.push(pick(included.join("")));
  // Shuffled, so that the required ones are anywhere.
  for (let index = chars.length - 1; index > 0; index--) {
    const other = randomInt(index + 1);
    [chars[index], chars[other]] = [chars[other] ?? "", chars[index] ?? ""];
  }
  return chars.join("");
};

/** The password, or the JSON template with it as one more member. */
export const generateString = ({ SecretStringTemplate, GenerateStringKey, ...options }: GenerateString): string => {
  const password = randomPassword(options);
  if (SecretStringTemplate === undefined && GenerateStringKey === undefined) return password;
  if (SecretStringTemplate === undefined || GenerateStringKey === undefined)
    throw invalid("SecretStringTemplate and GenerateStringKey belong together.");
  try {
    const template = v.parse(v.record(v.string(), v.unknown()), JSON.parse(SecretStringTemplate));
    return JSON.stringify({ ...template, [GenerateStringKey]: password });
  } catch (error) {
    throw invalid(`SecretStringTemplate is not a JSON object: ${String(error)}`);
  }
};
