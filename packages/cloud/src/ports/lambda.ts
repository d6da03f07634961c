// Running functions, and what is remembered of it.
import type { Principal } from "../gateway/service.ts";

export interface InvokeRequest {
  /** Name or ARN. */
  readonly functionName: string;
  /** JSON text. */
  readonly payload: string;
  /** A trace header: `Root=…;Parent=…;Sampled=1;Lineage=…` (trace/header.ts). */
  readonly traceId?: string;
}

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
  /** Cloud ms of the last change. */
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
