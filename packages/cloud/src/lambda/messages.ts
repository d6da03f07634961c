// What goes over IPC between the cloud and `runtime/bootstrap.cjs`.

export interface ConfigureMessage {
  readonly type: "configure";
  readonly env: Readonly<Record<string, string>>;
  /** Folder of the unpacked code. */
  readonly root: string;
  /** Folder where Node keeps what it compiled of that code, for the next cold start. */
  readonly compiled: string;
  readonly handler: string;
  readonly now: number;
  readonly frozen: boolean;
  readonly allowNet: readonly string[];
  /** Stand still between invocations; each but the first then needs a byte on the gate. */
  readonly freeze: boolean;
  /** Only where the cloud cannot read the process's memory itself. */
  readonly watchBytes?: number;
}

export interface InvokeMessage {
  readonly type: "invoke";
  readonly id: string;
  readonly arn: string;
  readonly payload: string;
  readonly timeoutMs: number;
  readonly traceId: string;
  readonly now: number;
  readonly frozen: boolean;
  readonly clientContext?: string;
}

export interface FunctionError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}

interface Printed {
  /** Bytes written to stdout and stderr so far. */
  readonly out: number;
  readonly err: number;
  /** Resident memory of the process now. Its own record of the peak is of no use: it begins with that of the cloud. */
  readonly rssBytes: number;
}

export type Answer =
  | (Printed & { readonly type: "ready" })
  | (Printed & { readonly type: "init-failed" | "broken"; readonly error: FunctionError })
  | (Printed & { readonly type: "done"; readonly id: string; readonly result: string })
  | (Printed & { readonly type: "failed"; readonly id: string; readonly error: FunctionError; readonly fatal?: true });
