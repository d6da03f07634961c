// Stack policies: which resources an update may touch.
import { compilePolicy, evaluateIdentity, type Compiled } from "../iam/compile.ts";
import { list } from "../iam/list.ts";
import { readPolicy } from "../iam/policy.ts";
import type { ResourceRecord, StackRecord } from "./state.ts";
import { invalid } from "./template.ts";

export type UpdateAction = "Update:Modify" | "Update:Replace" | "Update:Delete";

/** The statements of a stack policy's text. Throws AWS's ValidationError for one that is none. */
export const stackPolicyOf = (text: string): Compiled => {
  const document = readPolicy(text);
  if (document === undefined || !list(document.Statement).every(({ Principal }) => Principal === "*"))
    throw invalid("Error validating stack policy: Invalid stack policy");
  return compilePolicy(document);
};

/** AWS's sentence when the stack's policy does not let an update do this; what no statement allows is denied. */
export const deniedByPolicy = (
  { policy }: StackRecord,
  { logicalId, type }: Pick<ResourceRecord, "logicalId" | "type">,
  action: UpdateAction,
): string | undefined => {
  if (policy === undefined) return undefined;
  const resource = `LogicalResourceId/${logicalId}`;
  const principal = { kind: "anonymous" } as const; // its Principal is always *
  const lookup = (key: string) => (key.toLowerCase() === "resourcetype" ? [type] : undefined);
  const request = { principal, action, resource, lookup };
  const compiled = stackPolicyOf(policy);
  if (evaluateIdentity(compiled, request) === "allow") return undefined;
  const at = compiled.findIndex((statement) => evaluateIdentity([statement], request) === "deny");
  // The number of the statement is AWS's; its words for "nothing allows it" are (u).
  return at < 0
    ? `Action denied by stack policy: no statement allows [${action}] for resource [${resource}]`
    : `Action denied by stack policy: Statement [#${at + 1}] does not allow [${action}] for resource [${resource}]`;
};
