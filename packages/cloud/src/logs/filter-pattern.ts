// Filter patterns of CloudWatch Logs: terms (`ERROR -debug "two words" ?a ?b`) and JSON (`{ $.a.b = "x*" }`).
// Patterns for space-delimited text (`[ip, user]`) and regular expressions (`%…%`) are refused.
import { AwsError, unsupported } from "../gateway/aws-error.ts";
import { compileJsonPattern } from "./json-pattern.ts";

export type Matches = (message: string) => boolean;

const TERM = /\s*([?-]?)(?:"((?:[^"\\]|\\.)*)"|([^\s"%]+))/y;

const invalid = (pattern: string): AwsError =>
  new AwsError("InvalidParameterException", 400, `Invalid filter pattern: ${pattern}`);

const noExpressions = (): AwsError => unsupported("A regular expression in a filter pattern");

const compileTerms = (pattern: string): Matches => {
  const required: Matches[] = [];
  const excluded: Matches[] = [];
  const optional: Matches[] = [];
  TERM.lastIndex = 0;
  while (TERM.lastIndex < pattern.length) {
    const match = TERM.exec(pattern);
    if (match === null) throw pattern.includes("%") ? noExpressions() : invalid(pattern);
    const [, sign, quoted, bare = ""] = match;
    const text = quoted?.replaceAll(/\\(.)/g, "$1") ?? bare;
    (sign === "-" ? excluded : sign === "?" ? optional : required).push((message) => message.includes(text));
  }
  // Documented: next to required terms, optional ones have no effect.
  return (message) =>
    required.every((test) => test(message)) &&
    !excluded.some((test) => test(message)) &&
    (required.length > 0 || optional.length === 0 || optional.some((test) => test(message)));
};

/** Throws InvalidParameterException for what is not a pattern, NotImplemented for space-delimited ones. */
export const compileFilterPattern = (pattern: string): Matches => {
  const text = pattern.trim();
  if (text === "") return () => true;
  if (text.startsWith("[")) throw unsupported("A filter pattern for space-delimited log events");
  try {
    return text.startsWith("{") ? compileJsonPattern(text) : compileTerms(text);
  } catch (error) {
    if (error instanceof AwsError) throw error;
    throw invalid(`${text} (${error instanceof Error ? error.message : String(error)})`);
  }
};
