// The policy language as IAM stores it. Whatever is stored or evaluated has passed these schemas.
import * as v from "valibot";
import { parseOperator } from "./conditions.ts";

export type OneOrMany<T> = T | readonly T[];
export type PolicyKind = "identity" | "resource" | "trust";

const oneOrMany = <T>(one: v.GenericSchema<T>, message: string) =>
  v.union([one, v.pipe(v.array(one), v.readonly())], message);
const texts = (name: string) => oneOrMany(v.string(), `${name} must be a text or a list of texts`);

const PRINCIPAL = "must be * or name AWS, Service, Federated or CanonicalUser";
const principal = (name: string) =>
  v.union(
    [v.literal("*"), v.record(v.picklist(["AWS", "Service", "Federated", "CanonicalUser"]), texts(name))],
    `${name} ${PRINCIPAL}`,
  );

const operator = v.pipe(
  v.string(),
  v.check(
    (name) => parseOperator(name) !== undefined,
    ({ input }) => `condition operator ${input} does not exist`,
  ),
);
const expected = oneOrMany(
  v.union([v.string(), v.number(), v.boolean()]),
  "a condition compares with texts, numbers, true or false",
);
const emptyOf = (block: object) => Object.entries(block).find(([, keys]) => Object.keys(keys).length === 0)?.[0];
const conditions = v.pipe(
  v.record(operator, v.record(v.string(), expected, "a condition must be an object"), "Condition must be an object"),
  v.check(
    (block) => emptyOf(block) === undefined,
    ({ input }) => `condition ${emptyOf(input)} is empty`,
  ),
);

const EFFECT = "Effect must be Allow or Deny";
const statement = v.strictObject(
  {
    Sid: v.optional(v.string("Sid must be a text")),
    Effect: v.picklist(["Allow", "Deny"], EFFECT),
    Action: v.optional(texts("Action")),
    NotAction: v.optional(texts("NotAction")),
    Resource: v.optional(texts("Resource")),
    NotResource: v.optional(texts("NotResource")),
    Principal: v.optional(principal("Principal")),
    NotPrincipal: v.optional(principal("NotPrincipal")),
    Condition: v.optional(conditions),
  },
  (issue) => {
    if (issue.expected === "never") return `a statement has no member ${String(issue.input)}`;
    return issue.expected === "Object" ? "a statement must be an object" : EFFECT; // the only member that must be there
  },
);
export type Statement = Readonly<v.InferOutput<typeof statement>>;

export interface PolicyDocument {
  readonly Version?: string | undefined;
  readonly Statement: OneOrMany<Statement>;
}

type Element = "Action" | "Resource" | "Principal";

/** Also of a statement that is wrong elsewhere, so that all problems are told at once. */
const pair = (name: Element, problem: (count: number) => string | undefined) =>
  v.rawCheck<Statement>(({ dataset: { value }, addIssue }) => {
    const given = v.is(v.looseObject({}), value) ? value : undefined;
    const message = given && problem([name, `Not${name}`].filter((member) => given[member] !== undefined).length);
    if (message !== undefined) addIssue({ message });
  });
const exactlyOne = (name: Element) =>
  pair(name, (count) => {
    if (count === 1) return undefined;
    return count === 0 ? `a statement needs ${name} or Not${name}` : `a statement has both ${name} and Not${name}`;
  });
const nobody = pair("Principal", (count) => (count === 0 ? undefined : "an identity policy has no Principal"));

const withAction = v.pipe(statement, exactlyOne("Action"));
const STATEMENTS = {
  identity: v.pipe(withAction, exactlyOne("Resource"), nobody),
  resource: v.pipe(withAction, exactlyOne("Resource"), exactlyOne("Principal")),
  trust: v.pipe(withAction, exactlyOne("Principal")), // it stands for the role that it belongs to
};

const NO_STATEMENT = "the policy has no Statement";

/** A policy document of this kind; the messages of its issues are sentences. */
export const policySchema = (kind: PolicyKind) => {
  const one = STATEMENTS[kind];
  const many = v.pipe(v.array(one), v.readonly(), v.minLength(1, NO_STATEMENT));
  return v.looseObject(
    {
      Version: v.optional(
        v.picklist(
          ["2012-10-17", "2008-10-17"],
          ({ input }) => `policy Version ${JSON.stringify(input)} does not exist`,
        ),
      ),
      Statement: v.lazy((given) => (Array.isArray(given) ? many : one)),
    },
    (issue) => (issue.expected === "Object" ? "the policy must be an object" : NO_STATEMENT),
  );
};

const resourcePolicy = policySchema("resource");
const written = v.union([resourcePolicy, v.pipe(v.string(), v.parseJson(), resourcePolicy)]);

/** A resource's policy document, or its JSON text; undefined for what is none. */
export const readPolicy = (given: unknown): PolicyDocument | undefined => {
  const parsed = v.safeParse(written, given);
  return parsed.success ? parsed.output : undefined;
};

/** Whether IAM can evaluate it: what an earlier version stored may be less than a statement. */
export const isStatement = (given: unknown): given is Statement => v.is(withAction, given);
