// The Principal element of resource and trust policies.
import { ACCOUNT, type Principal } from "../gateway/service.ts";
import { list } from "./list.ts";
import type { Statement } from "./policy.ts";

/** `account`: the statement names the whole account, which delegates to the identity's own policies. */
export type PrincipalMatch = "direct" | "account" | "no";

/** `s3.amazonaws.com`, `logs.us-east-1.amazonaws.com` and `s3` are the services `s3` and `logs`. */
const serviceName = (name: string): string => name.replace(/(\.[a-z]{2}-[a-z]+-\d)?\.amazonaws\.com(\.cn)?$/, "");

const ACCOUNT_NAMES: readonly string[] = [ACCOUNT, `arn:aws:iam::${ACCOUNT}:root`];

const arnsOf = (principal: Principal): readonly string[] => {
  if (principal.kind === "role") return [principal.roleArn, principal.arn];
  return principal.kind === "developer" ? [principal.arn] : [];
};

const matchElement = (element: Statement["Principal"], principal: Principal): PrincipalMatch => {
  if (element === undefined) return "no";
  if (element === "*") return "direct";
  const named = list(element["AWS"]);
  if (named.includes("*")) return "direct";
  if (principal.kind === "service") {
    const name = serviceName(principal.name);
    return list(element["Service"]).some((service) => serviceName(service) === name) ? "direct" : "no";
  }
  const arns = arnsOf(principal);
  if (named.some((arn) => arns.includes(arn))) return "direct";
  return arns.length > 0 && named.some((arn) => ACCOUNT_NAMES.includes(arn)) ? "account" : "no";
};

/** Undefined when the statement names nobody, as in an identity policy. */
export const compilePrincipal = ({
  Principal: named,
  NotPrincipal: excluded,
}: Statement): ((principal: Principal) => PrincipalMatch) | undefined => {
  if (named !== undefined) return (principal) => matchElement(named, principal);
  if (excluded !== undefined) return (principal) => (matchElement(excluded, principal) === "direct" ? "no" : "direct");
  return undefined;
};
