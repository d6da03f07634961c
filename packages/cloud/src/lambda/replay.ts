// Runs the event of an earlier invocation again.
import { AwsError } from "../gateway/aws-error.ts";
import type { InvokeOutcome } from "../ports.ts";
import { type Invocations, isCut } from "./invocations.ts";
import type { FunctionModel, FunctionRecord } from "./model.ts";
import type { RunRequest } from "./run.ts";

export interface ReplayOptions {
  readonly model: Pick<FunctionModel, "get">;
  readonly invocations: Pick<Invocations, "get">;
  readonly run: (record: FunctionRecord, request: RunRequest) => Promise<InvokeOutcome>;
}

/** By the same function or another, with new ids and in a new trace; whoever asks waits for the result. */
export type Replay = (id: string, to?: string) => Promise<InvokeOutcome>;

export const createReplay =
  ({ model, invocations, run }: ReplayOptions): Replay =>
  async (id, to) => {
    const found = invocations.get(id);
    if (found === undefined) throw new AwsError("NotFound", 404, `there is no invocation ${id}, or it is too old`);
    if (isCut(found.payload)) throw new AwsError("Conflict", 409, `the event of ${id} was too large to be kept`);
    const functionName = to ?? found.arn;
    return await run(model.get(functionName), { functionName, payload: found.payload });
  };
