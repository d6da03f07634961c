// How asynchronous invocations of a function are retried and where their outcome goes.
import type { Ground } from "../ports.ts";
import type { Functions } from "./functions.ts";
import type { FunctionModel, FunctionRecord, InvokeConfig } from "./model.ts";
import type { InvokeConfigInput } from "./schemas.ts";

export interface PutOptions {
  readonly model: FunctionModel;
  readonly functions: Pick<Functions, "checkDestination">;
  readonly clock: Ground["clock"];
}

/** Replaces the configuration, or with `merge` changes only what is given. */
export const putInvokeConfig = (
  { model, functions, clock }: PutOptions,
  input: InvokeConfigInput,
  merge = false,
): { readonly record: FunctionRecord; readonly config: InvokeConfig } => {
  const record = model.get(input.FunctionName);
  const { OnSuccess, OnFailure } = input.DestinationConfig ?? {};
  const given = Object.entries({
    maximumRetryAttempts: input.MaximumRetryAttempts,
    maximumEventAgeSeconds: input.MaximumEventAgeInSeconds,
    onSuccess: OnSuccess?.Destination,
    onFailure: OnFailure?.Destination,
  }).filter(([, value]) => value !== undefined);
  for (const destination of [OnSuccess, OnFailure]) functions.checkDestination(record, destination?.Destination);
  const before = merge ? model.invokeConfig(record.name) : undefined;
  const config: InvokeConfig = { ...before, ...Object.fromEntries(given), lastModified: clock.now() };
  model.setInvokeConfig(record.name, config);
  return { record, config };
};
