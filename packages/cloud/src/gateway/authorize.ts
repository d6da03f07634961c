// Asks IAM for everything that a call needs.
import type { Iam } from "../ports.ts";
import { AwsError } from "./aws-error.ts";
import type { Call, Need, Service } from "./service.ts";
import { asUnreadable } from "./unreadable.ts";

interface DenialForm {
  readonly code: string;
  readonly status: number;
}

const OTHERS: DenialForm = { code: "AccessDeniedException", status: 403 };

/** How services say no where they differ: XML ones without "Exception", JSON ones with 400. */
const DENIALS: Readonly<Record<string, DenialForm>> = {
  s3: { code: "AccessDenied", status: 403 },
  sts: { code: "AccessDenied", status: 403 },
  cloudformation: { code: "AccessDenied", status: 403 },
  // https://docs.aws.amazon.com/sns/latest/api/API_Publish.html#API_Publish_Errors
  sns: { code: "AuthorizationError", status: 403 },
  dynamodb: { code: "AccessDeniedException", status: 400 },
  sqs: { code: "AccessDeniedException", status: 400 },
  logs: { code: "AccessDeniedException", status: 400 },
  events: { code: "AccessDeniedException", status: 400 },
};

const needsOf = (call: Call, service: Service): readonly Need[] => {
  try {
    return service.needs(call);
  } catch (error) {
    throw asUnreadable(service.name, error);
  }
};

/** Throws AWS's denial when any need of the call is not allowed; answers the first resource, for the request log. */
export const authorize = (call: Call, service: Service, iam: Iam): string => {
  const needs = needsOf(call, service);
  for (const need of needs) {
    const decision = iam.decide(call.principal, need, service.policyOf?.(need.resource));
    if (decision.allowed) continue;
    const { code, status } = DENIALS[service.name] ?? OTHERS;
    throw new AwsError(code, status, decision.message);
  }
  return needs[0]?.resource ?? "";
};
