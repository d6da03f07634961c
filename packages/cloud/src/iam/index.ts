// IAM: who may do what. Roles and policies come from templates; there is no IAM API here.
import { ACCOUNT, type Need, type Principal, type Service } from "../gateway/service.ts";
import type { AccountIam, Decision, Ground } from "../ports.ts";
import { queryXml } from "../protocols/query-xml.ts";
import { compilePolicy, evaluateIdentity, evaluateResource, type Compiled, type Request } from "./compile.ts";
import { contextOf, userId } from "./context.ts";
import { createDenials, denialText, nameOf, type Reason } from "./denials.ts";
import { createKeys, rolePrincipal } from "./keys.ts";
import type { PolicyDocument } from "./policy.ts";
import { iamTypes } from "./resources.ts";
import { createRights } from "./rights.ts";
import { createRoles, roleNameOf } from "./roles.ts";

type Verdict = "allowed" | Reason;

/** Makes the account's IAM. */
export const createIam = (ground: Ground): AccountIam & { readonly service: Service } => {
  const roles = createRoles(ground.store);
  const keys = createKeys(ground.clock.now);
  const denials = createDenials();
  const rights = createRights(roles);
  const resourcePolicies = new WeakMap<PolicyDocument, Compiled>();
  const contextGround = { now: ground.clock.now, region: ground.region };

  const compiled = (document: PolicyDocument): Compiled => {
    const known = resourcePolicies.get(document) ?? compilePolicy(document);
    resourcePolicies.set(document, known);
    return known;
  };
  const identityOutcome = (request: Request): "deny" | "allow" | "none" => {
    if (request.principal.kind === "developer") return "allow";
    return request.principal.kind === "role"
      ? evaluateIdentity(roles.policiesOf(request.principal.roleName), request)
      : "none";
  };
  const requestOf = (principal: Principal, need: Need): Request => ({
    principal,
    action: need.action,
    resource: need.resource,
    lookup: contextOf(principal, need, contextGround),
  });
  const judge = (principal: Principal, need: Need, resourcePolicy?: PolicyDocument): Verdict => {
    const request = requestOf(principal, need);
    const identity = identityOutcome(request);
    if (identity === "deny") return "explicit-identity";
    const resource = resourcePolicy === undefined ? "none" : evaluateResource(compiled(resourcePolicy), request);
    if (resource === "deny") return "explicit-resource";
    if (identity === "allow") rights.note(principal, need);
    if (identity === "allow" || resource === "allow") return "allowed";
    return principal.kind === "role" ? "implicit-identity" : "implicit-resource";
  };
  /** A role is taken only when its trust policy says so; naming the account there asks the caller's own policies. */
  const judgeAssume = (principal: Principal, need: Need): Verdict => {
    const request = requestOf(principal, need);
    const trust = evaluateResource(roles.trustOf(roleNameOf(need.resource)), request);
    const identity = identityOutcome(request);
    if (identity === "deny") return "explicit-identity";
    if (trust === "deny") return "explicit-resource";
    if (trust === "allow" || (trust === "delegated" && identity === "allow")) return "allowed";
    return trust === "none" ? "implicit-resource" : "implicit-identity";
  };
  const answer = (principal: Principal, need: Need, verdict: Verdict): Decision => {
    if (verdict === "allowed") return { allowed: true };
    const message = denialText(principal, need, verdict);
    denials.add({
      time: new Date(ground.clock.now()).toISOString(),
      principal: nameOf(principal),
      action: need.action,
      resource: need.resource,
      message,
      missing: { Effect: "Allow", Action: need.action, Resource: need.resource },
    });
    return { allowed: false, message };
  };

  return {
    decide: (principal, need, resourcePolicy) => answer(principal, need, judge(principal, need, resourcePolicy)),
    allows: (principal, need, resourcePolicy) => judge(principal, need, resourcePolicy) === "allowed",
    mayAssume: (principal, roleArn, context = {}) => {
      const need: Need = { action: "sts:AssumeRole", resource: roleArn, context };
      const exists = roles.get(roleNameOf(roleArn))?.arn === roleArn;
      return answer(principal, need, exists ? judgeAssume(principal, need) : "implicit-resource");
    },
    principalOf: rolePrincipal,
    userId,
    maxSessionSeconds: (roleArn) => roles.get(roleNameOf(roleArn))?.maxSessionSeconds ?? 3_600,
    mint: keys.mint,
    revoke: keys.revoke,
    findKey: keys.find,
    trusts: (roleArn, service, sourceArn) => {
      const principal: Principal = { kind: "service", name: service };
      const context: Need["context"] =
        sourceArn === undefined ? {} : { "aws:SourceArn": sourceArn, "aws:SourceAccount": ACCOUNT };
      return judgeAssume(principal, { action: "sts:AssumeRole", resource: roleArn, context }) === "allowed";
    },
    denials: denials.list,
    rights: rights.list,
    service: {
      name: "iam",
      protocol: queryXml("https://iam.amazonaws.com/doc/2010-05-08/"),
      actions: {},
      needs: () => [],
      types: iamTypes(roles),
    },
  };
};
