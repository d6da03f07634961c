// Handing something on to a queue, a topic, a bus, a function or a person.
import type { Need, Principal } from "../gateway/service.ts";

/** Message attributes as SQS and SNS take them; binary values in base64. */
export type TypedAttributes = Readonly<
  Record<
    string,
    { readonly DataType: string; readonly StringValue?: string | undefined; readonly BinaryValue?: string | undefined }
  >
>;

/** Something for a target named by its ARN: a function (asynchronously), queue, topic or event bus. */
export interface Delivery {
  readonly targetArn: string;
  /** A service (the target's resource policy must allow it with `sourceArn`), or a role (its own policies must). */
  readonly principal: Principal;
  /** What it comes from: bucket, topic, rule, schedule, function, alarm. */
  readonly sourceArn: string;
  /** The function's event, the message's body, the topic's message, or the `detail` for a bus: JSON text where JSON is due. */
  readonly body: string;
  /** Message attributes of type String for queues and topics. */
  readonly attributes?: Readonly<Record<string, string>>;
  /** Message attributes of any type for queues, in SQS's form. */
  readonly typedAttributes?: TypedAttributes;
  readonly subject?: string;
  /** For FIFO queues and topics. */
  readonly messageGroupId?: string;
  readonly deduplicationId?: string;
  /** For a bus. */
  readonly source?: string;
  readonly detailType?: string;
  readonly resources?: readonly string[];
  readonly traceId?: string;
}

/** Hands over durably, in the caller's transaction, or throws the AwsError of the refusal. */
export type Deliver = (delivery: Delivery) => void;

export interface SqsDelivery {
  readonly principal: Principal;
  readonly queueArn: string;
  readonly body: string;
  /** Message attributes of type String; `AWSTraceHeader` becomes the system attribute. */
  readonly attributes?: Readonly<Record<string, string>>;
  readonly typedAttributes?: TypedAttributes;
  /** Condition keys for the queue policy, such as `aws:SourceArn` and `aws:SourceAccount`. */
  readonly context?: Need["context"];
  readonly messageGroupId?: string;
  readonly deduplicationId?: string;
}

export interface Sqs {
  /** Sends as a role or an AWS service, IAM and queue policy enforced; throws AwsError. */
  readonly deliver: (delivery: SqsDelivery) => void;
}

export interface Sns {
  /** Publishes as a service or role, topic policy enforced; throws AwsError. */
  readonly deliver: (delivery: Delivery) => void;
}

export interface EventBuses {
  /** Puts one event as a service or role; throws AwsError. `targetArn` is the bus. */
  readonly deliver: (delivery: Delivery) => void;
}

/** An e-mail or text message that would have left AWS; it stays here. */
export interface OutboxMessage {
  readonly id: string;
  /** Cloud time, ISO 8601. */
  readonly time: string;
  readonly channel: "email" | "sms";
  readonly to: string;
  readonly subject?: string;
  readonly body: string;
  /** Who sent it: "cognito", "sns". */
  readonly from: string;
  /** The code in it, when it has one. */
  readonly code?: string;
}
