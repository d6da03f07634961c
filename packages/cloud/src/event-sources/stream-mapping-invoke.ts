// Hands a batch of stream records to a mapping's function, under the faults of deliveries, and leaves a trace of it.
import type { Ground, InvokeOutcome, Lambda, Mapping } from "../ports.ts";
import type { Entry } from "./stream-mapping-batch.ts";

export type InvokeBatch = (entries: readonly Entry[]) => Promise<InvokeOutcome>;

/** Throws the AwsError of an invocation that did not come about. */
export const createInvokeBatch = (
  { bus, clock, faults, traces }: Ground,
  lambda: Pick<Lambda, "invoke">,
  { eventSourceArn: resource, functionArn }: Mapping,
): InvokeBatch => {
  const name = functionArn.split(":")[6] ?? functionArn;
  const occurrence = { service: "dynamodb", action: "Deliver", resource, function: name };

  return async (entries) => {
    const payload = `{"Records":[${entries.map(({ json }) => json).join(",")}]}`;
    const traceId = entries.find((entry) => entry.traceId !== undefined)?.traceId;
    const request = { functionName: functionArn, payload, ...(traceId !== undefined && { traceId }) };
    const [start, started] = [clock.now(), performance.now()];
    const waitMs = start - (entries[0]?.time ?? start);
    const dimensions = { FunctionName: name };
    const unit = "Milliseconds";
    bus.publish("metric-counted", { namespace: "AWS/Lambda", name: "IteratorAge", dimensions, value: waitMs, unit });
    if (faults.strike(["duplicate"], occurrence)) await lambda.invoke(request);
    const outcome = await lambda.invoke(request);
    const span = { kind: "delivery" as const, name: `dynamodb → ${name}`, resource, start, waitMs };
    const status = outcome.failed ? "error" : "ok";
    if (traceId !== undefined) traces.add({ ...span, trace: traceId, ms: performance.now() - started, status });
    return outcome;
  };
};
