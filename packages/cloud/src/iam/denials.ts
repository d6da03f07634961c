// How IAM says no, and what it remembers of it.
import type { Need, Principal } from "../gateway/service.ts";
import type { Denial } from "../ports.ts";

/** Denials kept for `status`. */
const KEPT = 1_000;

export type Reason = "implicit-identity" | "implicit-resource" | "explicit-identity" | "explicit-resource";

/** How single services spell action and resource in the sentence (u). */
const SPELLING: Readonly<Record<string, { action?: (action: string) => string; resource?: (arn: string) => string }>> =
  {
    s3: { resource: (arn) => `"${arn}"` },
    sqs: { action: (action) => action.toLowerCase() },
    sns: { action: (action) => action.replace(/^sns:/, "SNS:") },
  };

export const nameOf = (principal: Principal): string => {
  if (principal.kind === "anonymous") return "anonymous";
  return principal.kind === "service" ? principal.name : principal.arn;
};

/** AWS's sentence for a denial. */
export const denialText = (principal: Principal, need: Need, reason: Reason): string => {
  const spelling = SPELLING[need.action.split(":")[0] ?? ""];
  const action = spelling?.action?.(need.action) ?? need.action;
  const resource = spelling?.resource?.(need.resource) ?? need.resource;
  const side = reason.endsWith("identity") ? "identity-based policy" : "resource-based policy";
  const why = reason.startsWith("implicit")
    ? `because no ${side} allows the ${action} action`
    : `with an explicit deny in ${side === "identity-based policy" ? "an" : "a"} ${side}`;
  return `User: ${nameOf(principal)} is not authorized to perform: ${action} on resource: ${resource} ${why}`;
};

export interface Denials {
  readonly add: (denial: Denial) => void;
  readonly list: () => readonly Denial[];
}

export const createDenials = (): Denials => {
  let kept: Denial[] = [];
  return {
    add: (denial) => {
      kept.push(denial);
      if (kept.length > 2 * KEPT) kept = kept.slice(-KEPT);
    },
    list: () => kept.slice(-KEPT),
  };
};
