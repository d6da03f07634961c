// What the parts of the cloud may use of each other. `cloud.ts` makes and hands them out; nobody imports another service.
import type { Bus } from "./bus/bus.ts";
import type { Clock } from "./clock/clock.ts";
import type { Work } from "./clock/work.ts";
import type { Faults } from "./faults/faults.ts";
import type { Need, Principal } from "./gateway/service.ts";
import type { PolicyDocument } from "./iam/policy.ts";
import type { RoleRights } from "./iam/rights.ts";
import type { Store } from "./store/store.ts";
import type { Meter } from "./trace/meter.ts";
import type { Traces } from "./trace/traces.ts";

/** The ground that every service stands on. */
export interface Ground {
  readonly clock: Clock;
  readonly store: Store;
  readonly bus: Bus;
  readonly work: Work;
  /** Region of resources that CloudFormation makes: `us-east-1` unless said otherwise. */
  readonly region: string;
  /** `http://127.0.0.1:<port>`; call it only after start. */
  readonly endpoint: () => string;
  /** A line of the cloud's own diagnostic log. */
  readonly report: (message: string, error?: unknown) => void;
  /** Faults that someone asked for; whoever calls or delivers asks here whether to fail. */
  readonly faults: Faults;
  /** Spans of work, by trace. */
  readonly traces: Traces;
  /** What AWS would bill. */
  readonly meter: Meter;
}

/** Temporary keys of a role, as an execution environment gets them. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

export type Decision =
  | { readonly allowed: true }
  | {
      readonly allowed: false;
      /** AWS's words: `User: arn:… is not authorized to perform: … because no identity-based policy allows the … action`. */
      readonly message: string;
    };

export interface Iam {
  /** Explicit deny > allow of identity or resource policy > implicit deny. Keeps denials for `status`. */
  readonly decide: (principal: Principal, need: Need, resourcePolicy?: PolicyDocument) => Decision;
  /** Keys for a role, valid until the cloud ends or `revoke`. */
  readonly mint: (roleArn: string, sessionName: string) => Credentials;
  readonly revoke: (accessKeyId: string) => void;
  /** The key's secret and whose it is; undefined for an unknown key. */
  readonly findKey: (
    accessKeyId: string,
  ) => { readonly secretAccessKey: string; readonly sessionToken?: string; readonly principal: Principal } | undefined;
  /** Whether the service may take this role (trust policy). */
  readonly trusts: (roleArn: string, service: string) => boolean;
  readonly denials: () => readonly Denial[];
}

/** What `createIam` gives beyond the port that every service may use: for STS, the gateway and `status`. */
export interface AccountIam extends Iam {
  /** As `decide`, but a question only: no denial is kept. */
  readonly allows: (principal: Principal, need: Need, resourcePolicy?: PolicyDocument) => boolean;
  /** Keys with an end; `findKey` throws ExpiredToken from then on. */
  readonly mint: (roleArn: string, sessionName: string, expiresAt?: number) => Credentials;
  /** sts:AssumeRole: the trust policy must agree, and the caller's own policies when it names the whole account. */
  readonly mayAssume: (principal: Principal, roleArn: string, context?: Need["context"]) => Decision;
  readonly principalOf: (roleArn: string, sessionName: string) => Principal & { readonly kind: "role" };
  /** `aws:userid`: `<role id>:<session>`. */
  readonly userId: (principal: Principal) => string | undefined;
  readonly maxSessionSeconds: (roleArn: string) => number;
  readonly rights: () => readonly RoleRights[];
}

export interface Denial {
  readonly time: string;
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
  readonly message: string;
  /** The statement that would allow it. */
  readonly missing: { readonly Effect: "Allow"; readonly Action: string; readonly Resource: string };
}

export interface InvokeRequest {
  /** Name or ARN. */
  readonly functionName: string;
  /** JSON text. */
  readonly payload: string;
  /** A trace header: `Root=…;Parent=…;Sampled=1;Lineage=…` (trace/header.ts). */
  readonly traceId?: string;
}

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

/** An event source mapping: which queue or stream a function reads, and how. Names and defaults are AWS's. */
export interface Mapping {
  readonly id: string;
  readonly arn: string;
  readonly eventSourceArn: string;
  readonly functionArn: string;
  readonly enabled: boolean;
  readonly batchSize: number;
  readonly windowSeconds: number;
  /** JSON texts of event patterns; an event that matches none is dropped. Empty: all pass. */
  readonly filters: readonly string[];
  readonly reportBatchItemFailures: boolean;
  /** Queues: ScalingConfig, 2 to 1,000. */
  readonly maximumConcurrency?: number;
  /** Streams. */
  readonly startingPosition?: "TRIM_HORIZON" | "LATEST";
  readonly parallelizationFactor: number;
  /** Streams: -1 is without end. */
  readonly maximumRetryAttempts: number;
  readonly maximumRecordAgeSeconds: number;
  readonly bisect: boolean;
  readonly onFailureArn?: string;
  /** Cloud ms of the last change; LATEST counts from the creation. */
  readonly createdAt: number;
  readonly changedAt: number;
}

/** One invocation as it is remembered; texts are bounded. */
export interface InvocationRecord {
  readonly id: string;
  readonly function: string;
  readonly arn: string;
  /** Cloud time, ms. */
  readonly start: number;
  readonly durationMs: number;
  readonly initMs?: number;
  readonly billedMs: number;
  readonly memoryMb: number;
  readonly maxMemoryMb: number;
  readonly status: "ok" | "error" | "timeout";
  /** How it was called. */
  readonly kind: "sync" | "async";
  /** Attempts before this one, for asynchronous ones. */
  readonly attempt: number;
  readonly payload: string;
  readonly result: string;
  readonly lines: readonly string[];
  /** Header of the trace, whose Parent is what called; `segment` is what its own calls name as their parent. */
  readonly traceId: string;
  readonly segment: string;
}

/** Outcome of a synchronous invocation that ran (or failed to start); throttles and missing functions are AwsErrors. */
export interface InvokeOutcome {
  readonly requestId: string;
  /** JSON text: the function's result, or `{errorType, errorMessage, trace}` when `failed`. */
  readonly payload: string;
  /** "Unhandled" in AWS's header `X-Amz-Function-Error`. */
  readonly failed: boolean;
  /** Last 4 KB of the log, plain text. */
  readonly logTail: string;
}

export interface Lambda {
  /** Runs it and waits. Throws AwsError ResourceNotFoundException, TooManyRequestsException, RequestTooLargeException. */
  readonly invoke: (request: InvokeRequest) => Promise<InvokeOutcome>;
  /** Accepts an event durably (256 KB); runs it with AWS's asynchronous retries and destinations. Answers the request id. */
  readonly invokeAsync: (request: InvokeRequest) => string;
  /** Whether the function's resource policy lets this service (with that source) invoke it. */
  readonly permits: (functionName: string, service: string, sourceArn: string) => boolean;
  readonly exists: (functionName: string) => boolean;
  /** Role of a function as a principal: mappings read their source with it. */
  readonly principalOf: (functionName: string) => Principal;
  readonly mappings: () => readonly Mapping[];
}

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
  /** As `send`, with condition keys: S3 and SNS deliver with their `aws:SourceArn`. */
  readonly deliver: (delivery: SqsDelivery) => void;
  /** Sends as `principal` (a role or an AWS service), IAM and queue policy enforced; throws AwsError. */
  readonly send: (
    principal: Principal,
    queueArn: string,
    body: string,
    attributes?: Readonly<Record<string, string>>,
  ) => void;
}

export interface S3 {
  /** For CloudFormation and Lambda: the bytes of an object (function zips). Throws AwsError NoSuchKey. */
  readonly readObject: (bucket: string, key: string) => Promise<Buffer>;
  /** Removes every object and upload of a bucket, as `sls remove` does before a stack goes. Does nothing without one. */
  readonly emptyBucket: (bucket: string) => void;
}

export interface Sns {
  /** Publishes as a service or role, topic policy enforced; throws AwsError. */
  readonly deliver: (delivery: Delivery) => void;
}

export interface EventBuses {
  /** Puts one event as a service or role; throws AwsError. `targetArn` is the bus. */
  readonly deliver: (delivery: Delivery) => void;
}

export interface Logs {
  /** Appends lines to a stream, making group and stream when they are missing. */
  readonly write: (group: string, stream: string, lines: readonly { timestamp: number; message: string }[]) => void;
  readonly groupExists: (group: string) => boolean;
}

export interface DeployRequest {
  readonly stackName: string;
  /** JSON text. */
  readonly template: string;
  readonly parameters?: Readonly<Record<string, string>>;
  readonly tags?: Readonly<Record<string, string>>;
  /** Called for every resource event, oldest first. */
  readonly onEvent?: (event: { logicalId: string; type: string; status: string; reason?: string }) => void;
}

export interface StackSummary {
  readonly stackName: string;
  /** CREATE_COMPLETE, UPDATE_ROLLBACK_COMPLETE… */
  readonly status: string;
  /** False when there was nothing to update. */
  readonly changed: boolean;
  readonly outputs: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  /** Properties stored without effect, as `<LogicalId>.<Property>`. */
  readonly inert: readonly string[];
}

export interface StackResource {
  readonly logicalId: string;
  readonly type: string;
  readonly physicalId: string;
  readonly status: string;
}

export interface CloudFormation {
  /** Creates or updates. A failed apply is rolled back and then thrown as AwsError with the first failure's reason. */
  readonly deploy: (request: DeployRequest) => Promise<StackSummary>;
  readonly remove: (stackName: string) => Promise<void>;
  readonly stacks: () => readonly StackSummary[];
  readonly resources: (stackName: string) => readonly StackResource[];
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
