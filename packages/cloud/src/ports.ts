// What the parts of the cloud may use of each other. `cloud.ts` makes and hands them out; nobody imports another service.
import type { Bus } from "./bus/bus.ts";
import type { Clock } from "./clock/clock.ts";
import type { Work } from "./clock/work.ts";
import type { Need, Principal } from "./gateway/service.ts";
import type { PolicyDocument } from "./iam/policy.ts";
import type { Store } from "./store/store.ts";

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
  readonly traceId?: string;
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
}

export interface SqsDelivery {
  readonly principal: Principal;
  readonly queueArn: string;
  readonly body: string;
  /** Message attributes of type String; `AWSTraceHeader` becomes the system attribute. */
  readonly attributes?: Readonly<Record<string, string>>;
  /** Condition keys for the queue policy, such as `aws:SourceArn` and `aws:SourceAccount`. */
  readonly context?: Need["context"];
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
