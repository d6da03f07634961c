// What every AWS service in this cloud is made of. One value of type `Service` per folder.
import type { Readable } from "node:stream";
import type { PolicyDocument } from "../iam/policy.ts";
import type { ResourceType } from "../cloudformation/resource-type.ts";

export const ACCOUNT = "000000000000";

export interface AwsRequest {
  readonly method: string;
  /** The Host header, port included. */
  readonly host: string;
  /** Path as sent (percent-encoded), without the query. */
  readonly path: string;
  readonly rawQuery: string;
  readonly query: URLSearchParams;
  /** Lower-case names; repeated headers joined with ",". */
  readonly headers: Readonly<Record<string, string>>;
  /** The body as it arrives. Read it once: either the stream or `body()`. */
  readonly stream: Readable;
  /** The whole body; over the service's cap (default 16 MB) it fails with RequestEntityTooLarge. */
  readonly body: () => Promise<Buffer>;
}

export interface AwsResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string | Buffer | Readable;
}

/** Who signed a request. */
export type Principal =
  | { readonly kind: "developer"; readonly arn: string }
  | {
      readonly kind: "role";
      /** `arn:aws:sts::…:assumed-role/<role>/<session>`, as IAM's denial texts name it. */
      readonly arn: string;
      readonly roleArn: string;
      readonly roleName: string;
      readonly sessionName: string;
    }
  /** An AWS service acting for itself: S3 delivering to Lambda, CloudFormation creating a bucket. */
  | { readonly kind: "service"; readonly name: string }
  | { readonly kind: "anonymous" };

/** What IAM must allow for a call: one action on one resource, with its condition keys. */
export interface Need {
  readonly action: string;
  readonly resource: string;
  readonly context?: Readonly<Record<string, string | readonly string[]>>;
  /** The same where it costs to make: asked only when a policy has conditions. */
  readonly makeContext?: () => NonNullable<Need["context"]>;
}

export type Facts = Readonly<Record<string, string | number>>;

export type Input = Readonly<Record<string, unknown>>;

export interface Call {
  readonly service: string;
  readonly action: string;
  /** The decoded parameters: JSON body, query parameters, or what a REST route bound. */
  readonly input: Input;
  readonly request: AwsRequest;
  readonly principal: Principal;
  readonly region: string;
  readonly requestId: string;
  /** `X-Amzn-Trace-Id` of the request, when it had one. */
  readonly traceId?: string;
  /** Adds facts to the record of this request: sizes and names, never contents. */
  readonly note: (facts: Facts) => void;
  /** Whether IAM would also allow this to the caller (S3 answers 404 or 403 by it). */
  readonly allows: (need: Need) => boolean;
}

/** Answers an action. JSON and query protocols encode the returned object; REST actions return an AwsResponse. */
export interface Action {
  (call: Call): unknown;
  /** Parameters that it honours, for SUPPORT.md; it refuses others by name. `honouring` (action.ts) sets them. */
  readonly parameters?: readonly string[];
}

export interface Protocol {
  readonly decode: (request: AwsRequest) => Promise<{ readonly action: string; readonly input: Input }>;
  readonly encode: (call: Call, output: unknown) => AwsResponse;
  readonly error: (
    error: { code: string; status: number; message: string; fields?: object },
    about: ErrorContext,
  ) => AwsResponse;
}

export interface ErrorContext {
  readonly requestId: string;
  readonly method: string;
  readonly path: string;
  /** What was asked, for headers that depend on it (CORS). */
  readonly request?: AwsRequest;
}

export interface Service {
  /** The SigV4 signing name: "s3", "sqs", "dynamodb"… */
  readonly name: string;
  readonly protocol: Protocol;
  /** What is not in here is answered "unknown operation". */
  readonly actions: Readonly<Record<string, Action>>;
  /** What IAM must allow for a call. May be async only where a lookup is needed. */
  readonly needs: (call: Pick<Call, "action" | "input" | "request" | "region">) => readonly Need[];
  /** The resource policy that applies to an ARN of this service, when it has one. */
  readonly policyOf?: (resource: string) => PolicyDocument | undefined;
  /** CloudFormation types by full name. */
  readonly types: Readonly<Record<string, ResourceType>>;
}
