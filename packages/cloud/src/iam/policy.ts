// The policy language as IAM stores it.
import * as v from "valibot";

export type OneOrMany<T> = T | readonly T[];

export interface Statement {
  readonly Sid?: string;
  readonly Effect: "Allow" | "Deny";
  readonly Action?: OneOrMany<string>;
  readonly NotAction?: OneOrMany<string>;
  readonly Resource?: OneOrMany<string>;
  readonly NotResource?: OneOrMany<string>;
  readonly Principal?: "*" | Readonly<Record<string, OneOrMany<string>>>;
  readonly NotPrincipal?: "*" | Readonly<Record<string, OneOrMany<string>>>;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, OneOrMany<string | number | boolean>>>>>;
}

export interface PolicyDocument {
  readonly Version?: string;
  readonly Statement: OneOrMany<Statement>;
}

/** Every member that a statement may have. */
export const STATEMENT_MEMBERS: ReadonlySet<string> = new Set([
  "Sid",
  "Effect",
  "Action",
  "NotAction",
  "Resource",
  "NotResource",
  "Principal",
  "NotPrincipal",
  "Condition",
]);

// The list first: a loose object takes a list too, and makes an object with numbered members of it.
const statements = v.looseObject({ Statement: v.union([v.array(v.looseObject({})), v.looseObject({})]) });
const documentSchema = v.union([statements, v.pipe(v.string(), v.parseJson(), statements)]);

/** A policy document, or its JSON text; undefined for what is none. What its statements say is read defensively by IAM. */
export const readPolicy = (given: unknown): PolicyDocument | undefined => {
  const parsed = v.safeParse(documentSchema, given);
  return parsed.success ? (parsed.output as unknown as PolicyDocument) : undefined; // JSON of the caller, as said above
};
