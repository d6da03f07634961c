// Dynamic references: `{{resolve:ssm:…}}` and `{{resolve:secretsmanager:…}}`.
import { UNKNOWN } from "./checks/attributes.ts";
import { invalid, isRecord } from "./template.ts";

export interface References {
  /** The text of a parameter, `name` or `name:version`; throws when there is none. */
  readonly ssm: (name: string) => string;
  /** The text of a secret by name or ARN; throws when there is none. */
  readonly secret: (id: string) => string;
}

const REFERENCE = /\{\{resolve:([a-z-]+):([^}]*)\}\}/g;

const wrong = (reference: string, why: string): Error =>
  invalid(`Template error: the dynamic reference ${reference} ${why}`);

/** A secret's id may be an ARN, which has colons itself. */
const SECRET =
  /^((?:arn:[^:]*:secretsmanager:[^:]*:[^:]*:secret:)?[^:]+)(?::SecretString(?::([^:]*)(?::([^:]*))?(?::([^:]*))?)?)?$/;

const memberOf = (secret: string, key: string, reference: string): string => {
  let value: unknown;
  try {
    value = JSON.parse(secret);
  } catch {
    throw wrong(reference, "names a JSON key, but the secret is not JSON");
  }
  const member = isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  if (member === undefined) throw wrong(reference, `names the key ${key}, which the secret does not have`);
  return typeof member === "string" ? member : JSON.stringify(member);
};

const secretOf = (reference: string, rest: string, references: References): string => {
  const [, id, key = "", stage = "", version = ""] = SECRET.exec(rest) ?? [];
  if (id === undefined) throw wrong(reference, "must be secret-id:SecretString:json-key:version-stage:version-id");
  if (version !== "" || !["", "AWSCURRENT"].includes(stage))
    throw wrong(reference, "may only name the current version here");
  const secret = references.secret(id);
  return key === "" ? secret : memberOf(secret, key, reference);
};

const valueOf = (reference: string, service: string, rest: string, references: References): string => {
  if (rest.includes(UNKNOWN)) return UNKNOWN; // of a secret that this very template makes
  if (service === "ssm") return references.ssm(rest);
  if (service === "secretsmanager") return secretOf(reference, rest, references);
  throw wrong(reference, "is not supported here: ssm and secretsmanager are");
};

/** A value with the dynamic references in all its texts looked up. Throws for one that leads nowhere. */
export const dereference = (value: unknown, references: References): unknown => {
  if (typeof value === "string")
    return value.includes("{{resolve:")
      ? value.replace(REFERENCE, (whole, service: string, rest: string) => valueOf(whole, service, rest, references))
      : value;
  if (Array.isArray(value)) return value.map((each) => dereference(each, references));
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, dereference(each, references)]));
};
