// The faults of a call: an error instead of it, a delay before it, a cut connection before or after it.
import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import type { Faults, Occurrence } from "../faults/faults.ts";
import { AwsError } from "./aws-error.ts";
import type { AwsResponse } from "./service.ts";

/** The connection is to be cut without an answer. */
export class CutConnection extends Error {
  override readonly name = "CutConnection";
}

/** What AWS's services call a throttled request. */
const THROTTLED: Readonly<Record<string, readonly [code: string, status: number]>> = {
  s3: ["SlowDown", 503],
  dynamodb: ["ProvisionedThroughputExceededException", 400],
  lambda: ["TooManyRequestsException", 429],
  sqs: ["RequestThrottled", 403],
  sns: ["Throttled", 429],
};

const throttled = (service: string): AwsError => {
  const [code, status] = THROTTLED[service] ?? (["ThrottlingException", 400] as const);
  return new AwsError(code, status, "Rate exceeded (a fault that was asked for)");
};

/** What streams its answer must know that nobody reads it. */
const drop = (output: unknown): void => {
  const { body } = (output ?? {}) as Partial<AwsResponse>; // of REST services; others have no such member
  if (body instanceof Readable) body.destroy();
};

/** The answer whose connection is cut after so many bytes of its body. */
export const cutAfter = (answer: AwsResponse, bytes: number): AwsResponse => {
  const { body = "" } = answer;
  async function* some(): AsyncGenerator<Buffer> {
    let left = bytes;
    for await (const data of body instanceof Readable ? body : [Buffer.from(body)]) {
      yield (data as Buffer).subarray(0, left); // no encoding is set
      left -= (data as Buffer).length;
      if (left <= 0) break;
    }
    throw new CutConnection("cut in the midst of the answer");
  }
  return { ...answer, body: Readable.from(some()) };
};

/** Runs the call under the faults that strike it. */
export const faulty = async (faults: Faults, occurrence: Occurrence, act: () => unknown): Promise<unknown> => {
  const effect = faults.strike(["error", "throttle", "delay", "reset", "lost-answer"], occurrence);
  if (effect === undefined) return act();
  switch (effect.kind) {
    case "error": {
      const { code, status = 500, message = `${code} (a fault that was asked for)` } = effect;
      throw new AwsError(code, status, message);
    }
    case "throttle":
      throw throttled(occurrence.service);
    case "delay":
      await sleep(effect.ms); // real: the caller's socket waits in real time
      return act();
    case "reset":
      throw new CutConnection("cut before the action");
    case "lost-answer":
      drop(await act());
      throw new CutConnection("cut after the action");
    default:
      throw new Error(`unknown effect ${String(effect satisfies never)}`);
  }
};
