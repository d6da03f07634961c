// What the parts of the cloud may use of each other. `services.ts` makes and hands them out; nobody imports another service.
export type { Ground } from "./ports/ground.ts";
export type { Credentials, Decision, Iam, AccountIam, Denial } from "./ports/iam.ts";
export type { InvokeRequest, Mapping, InvocationRecord, InvokeOutcome, Lambda } from "./ports/lambda.ts";
export type { TypedAttributes, Delivery, Deliver, Sqs, Sns, EventBuses, OutboxMessage } from "./ports/deliveries.ts";
export type { Caller, S3, Logs } from "./ports/stores.ts";
export type { DeployRequest, StackSummary, StackResource, CloudFormation } from "./ports/stacks.ts";
