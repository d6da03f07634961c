// Asks IAM for everything that a call needs.
import type { Iam } from "../ports.ts";
import { AwsError } from "./aws-error.ts";
import type { Call, Service } from "./service.ts";

/** The error code of a denial differs by service (S3 and the query services say AccessDenied). */
const denialCode = (service: string): string =>
  ["s3", "sts", "cloudformation", "sns"].includes(service) ? "AccessDenied" : "AccessDeniedException";

/** Throws AWS's denial when any need of the call is not allowed; answers the first resource, for the request log. */
export const authorize = (call: Call, service: Service, iam: Iam): string => {
  const needs = service.needs(call);
  for (const need of needs) {
    const decision = iam.decide(call.principal, need, service.policyOf?.(need.resource));
    if (!decision.allowed) {
      const status = service.name === "dynamodb" || service.name === "sqs" || service.name === "logs" ? 400 : 403;
      throw new AwsError(denialCode(service.name), status, decision.message);
    }
  }
  return needs[0]?.resource ?? "";
};
