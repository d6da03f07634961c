// Hands something to a target by its ARN: who may is decided by the target's resource policy or the role's own.
import { AwsError } from "../gateway/aws-error.ts";
import { ACCOUNT, type Need } from "../gateway/service.ts";
import type { Deliver, Delivery, EventBuses, Iam, Lambda, Sns, Sqs } from "../ports.ts";

export interface Targets {
  readonly lambda: Pick<Lambda, "invokeAsync" | "permits">;
  readonly sqs: Pick<Sqs, "deliver">;
  readonly sns: Sns;
  readonly events: EventBuses;
}

const contextOf = ({ sourceArn }: Delivery): Need["context"] => ({
  "aws:SourceArn": sourceArn,
  "aws:SourceAccount": ACCOUNT,
});

const toFunction = (delivery: Delivery, lambda: Targets["lambda"], iam: Pick<Iam, "decide">): void => {
  const { targetArn, principal, sourceArn, body, traceId } = delivery;
  if (principal.kind === "service") {
    if (!lambda.permits(targetArn, principal.name, sourceArn)) {
      const message = `${principal.name} is not authorized to perform: lambda:InvokeFunction on resource: ${targetArn} because no resource-based policy allows the lambda:InvokeFunction action`;
      throw new AwsError("AccessDeniedException", 403, message);
    }
  } else {
    const decision = iam.decide(principal, { action: "lambda:InvokeFunction", resource: targetArn });
    if (!decision.allowed) throw new AwsError("AccessDeniedException", 403, decision.message);
  }
  lambda.invokeAsync({ functionName: targetArn, payload: body, ...(traceId !== undefined && { traceId }) });
};

const toQueue = (delivery: Delivery, sqs: Targets["sqs"]): void => {
  const { principal, targetArn, body, attributes, typedAttributes, messageGroupId, deduplicationId, traceId } =
    delivery;
  sqs.deliver({
    principal,
    queueArn: targetArn,
    body,
    attributes: { ...attributes, ...(traceId !== undefined && { AWSTraceHeader: traceId }) },
    context: contextOf(delivery),
    ...(typedAttributes !== undefined && { typedAttributes }),
    ...(messageGroupId !== undefined && { messageGroupId }),
    ...(deduplicationId !== undefined && { deduplicationId }),
  });
};

/** The one way to a target. The targets are asked for late: some of them deliver too. */
export const createDeliver =
  (iam: Pick<Iam, "decide">, targets: () => Targets): Deliver =>
  (delivery) => {
    const { lambda, sqs, sns, events } = targets();
    const service = delivery.targetArn.split(":")[2];
    switch (service) {
      case "lambda":
        return toFunction(delivery, lambda, iam);
      case "sqs":
        return toQueue(delivery, sqs);
      case "sns":
        return sns.deliver(delivery);
      case "events":
        return events.deliver(delivery);
      default:
        throw new AwsError(
          "InvalidParameterValue",
          400,
          `${delivery.targetArn} is no target that is supported here: functions, queues, topics and event buses are`,
        );
    }
  };
