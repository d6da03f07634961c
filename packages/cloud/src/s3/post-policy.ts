// The policy document of a POST form: what the signer allowed the browser to send.
// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
import { s3Error } from "./errors.ts";

export interface PostPolicy {
  /** Milliseconds. */
  readonly expiration: number;
  readonly conditions: readonly Condition[];
  /** Smallest and largest file. */
  readonly contentLength?: { readonly min: number; readonly max: number };
}

interface Condition {
  readonly operator: "eq" | "starts-with";
  /** Lower case. */
  readonly field: string;
  /** As the policy writes it. */
  readonly name: string;
  readonly value: string;
}

const invalid = (what: string): Error => s3Error("InvalidPolicyDocument", {}, `Invalid Policy: ${what}`);
const denied = (what: string): Error => s3Error("AccessDenied", {}, `Invalid according to Policy: ${what}`);

const readRange = (min: unknown, max: unknown): { min: number; max: number } => {
  const range = { min: Number(min), max: Number(max) };
  if (Number.isInteger(range.min) && Number.isInteger(range.max)) return range;
  throw invalid("Invalid Content-Length-Range.");
};

const readList = ([operator, field, value]: readonly unknown[]): Condition => {
  const kind = typeof operator === "string" ? operator.toLowerCase() : "";
  if ((kind !== "eq" && kind !== "starts-with") || typeof field !== "string" || typeof value !== "string")
    throw invalid(`Invalid condition: ${JSON.stringify([operator, field, value])}`);
  if (!field.startsWith("$")) throw invalid(`Condition field must start with $: ${field}`);
  return { operator: kind, field: field.slice(1).toLowerCase(), name: field.slice(1), value };
};

const readObject = (condition: object): readonly Condition[] =>
  Object.entries(condition).map(([name, value]: readonly [string, unknown]) => {
    if (typeof value !== "string") throw invalid(`Invalid Simple-Condition: value of ${name} must be a string.`);
    return { operator: "eq", field: name.toLowerCase(), name, value };
  });

const parseDocument = (base64: string): Readonly<Record<string, unknown>> => {
  try {
    const document: unknown = JSON.parse(Buffer.from(base64, "base64").toString("utf8"));
    if (typeof document === "object" && document !== null) return document as Record<string, unknown>; // checked
  } catch {
    // answered below
  }
  throw invalid("Invalid JSON.");
};

/** Reads the base64 policy. Throws InvalidPolicyDocument. */
export const parsePostPolicy = (base64: string): PostPolicy => {
  const { expiration, conditions: list } = parseDocument(base64);
  if (typeof expiration !== "string") throw invalid("Policy missing expiration.");
  const time = Date.parse(expiration);
  if (Number.isNaN(time)) throw invalid(`Invalid 'expiration' value: '${expiration}'`);
  if (!Array.isArray(list)) throw invalid("Policy missing conditions.");
  const conditions: Condition[] = [];
  let contentLength: PostPolicy["contentLength"];
  for (const condition of list as readonly unknown[]) {
    if (Array.isArray(condition) && String(condition[0]).toLowerCase() === "content-length-range")
      contentLength = readRange(condition[1], condition[2]);
    else if (Array.isArray(condition)) conditions.push(readList(condition));
    else if (typeof condition === "object" && condition !== null) conditions.push(...readObject(condition));
    else throw invalid("Invalid condition.");
  }
  return { expiration: time, conditions, ...(contentLength && { contentLength }) };
};

/** Lists of media types must hold one by one. */
const holds = ({ operator, field, value }: Condition, given: string): boolean => {
  if (operator === "eq") return given === value;
  if (field !== "content-type") return given.startsWith(value);
  return given.split(",").every((entry) => entry.trim().startsWith(value));
};

/** Fields that no condition needs to name. */
const UNCOVERED = /^(file|policy|x-amz-signature|awsaccesskeyid|signature|x-ignore-.*)$/;

/** Judges the form's fields (`bucket` included, `${filename}` filled in) at this time. Throws S3's denials. */
export const checkPostPolicy = (
  { expiration, conditions }: PostPolicy,
  fields: ReadonlyMap<string, string>,
  now: number,
): void => {
  if (now > expiration) throw denied("Policy expired.");
  for (const condition of conditions) {
    const { operator, field, name, value } = condition;
    const given = fields.get(field);
    if (given === undefined || !holds(condition, given))
      throw denied(`Policy Condition failed: ["${operator}", "$${name}", ${JSON.stringify(value)}]`);
  }
  const covered = new Set(conditions.map(({ field }) => field));
  const extra = [...fields.keys()].filter((name) => name !== "bucket" && !covered.has(name) && !UNCOVERED.test(name));
  if (extra.length > 0) throw denied(`Extra input fields: ${extra.join(", ")}`);
};
