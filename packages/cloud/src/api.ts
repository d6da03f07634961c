// The public types: what a cloud is asked for, and what it then does.
import type { Deployment, DeployOptions } from "./admin/deploy.ts";
import type { CloudStatus } from "./admin/status.ts";
import type { Fired } from "./clock/clock.ts";
import type { RequestLog } from "./gateway/request-log.ts";
import type { Denial, StackResource } from "./ports.ts";

export interface CloudOptions {
  /** Default 4566; 0 takes a free one. */
  readonly port?: number;
  /** State folder; without it the cloud lives in memory and forgets everything when it closes. */
  readonly folder?: string;
  /** Where HTTP APIs listen: default 4600 to 4699, and any free port for a cloud in memory. */
  readonly apiPorts?: { readonly from: number; readonly to: number };
  /** Milliseconds since 1970: the clock stands still there and moves only by `advance`. */
  readonly frozenAt?: number;
  /** Stages that may be deployed here; default `local` alone. */
  readonly stages?: readonly string[];
  /** Where function code is unpacked; several clouds may share it. Default: in the state folder. */
  readonly codeFolder?: string;
  /** Most live processes per function; default 2 × cores. */
  readonly maxEnvironments?: number;
  /** Blank processes kept ready for cold starts; default 2. */
  readonly spares?: number;
  /** Functions to debug: all, or the one of this name. Each has its own port, reported when it starts. */
  readonly inspect?: true | string;
  /** Hosts beyond this machine that functions may connect to; `*` for all. */
  readonly allowNet?: readonly string[];
  /** `fast`: all of Polly's voices sound like its quickest one, eSpeak NG's are not looked for. Default: WARMSTART_VOICE of the environment, or each its own. */
  readonly voices?: "fast" | "own";
  /** Receives the cloud's own diagnostics; default: standard error. */
  readonly report?: (message: string, error?: unknown) => void;
  /** What `warmstart down` and `reset` ask the process for. */
  readonly onDown?: () => void;
  readonly onReset?: () => void;
}

/** A running AWS. */
export interface Cloud {
  readonly endpoint: string;
  readonly deploy: (options: DeployOptions) => Promise<Deployment>;
  /** Removes a stack with everything in its buckets. */
  readonly removeStack: (stackName: string) => Promise<void>;
  readonly status: () => CloudStatus;
  readonly resources: (stackName: string) => readonly StackResource[];
  readonly advance: (ms: number) => Promise<readonly Fired[]>;
  readonly now: () => number;
  /** Resolves when no invocation and no delivery is under way. */
  readonly idle: (limitMs?: number) => Promise<void>;
  readonly requests: RequestLog["list"];
  readonly denials: () => readonly Denial[];
  /** The files of a folder replace those of the function's code; calls in flight end on the old code. */
  readonly swapCode: (functionName: string, folder: string) => Promise<void>;
  readonly close: () => Promise<void>;
}
