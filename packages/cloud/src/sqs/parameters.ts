// Reading a request: only parameters that the action honours, and the queue that it names.
import { unsupported } from "../gateway/aws-error.ts";
import type { Action, Call, Input } from "../gateway/service.ts";
import { invalidValue, noSuchQueue, sqsError } from "./errors.ts";
import type { OpenQueue, Queues } from "./queues.ts";

/** The text of a parameter; anything else than a string counts as missing. */
export const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

/** The texts of a list; anything else than a list counts as an empty one. */
export const textsOf = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(textOf) : []);

/** Refuses parameters that would be ignored. */
export const honour = (input: Input, known: readonly string[]): void => {
  const unknown = Object.keys(input).find((name) => !known.includes(name) && input[name] !== null);
  if (unknown !== undefined) throw unsupported(`The parameter ${unknown}`);
};

/** An action that honours these parameters and refuses all others. */
export const honours = (parameters: readonly string[], act: (call: Call) => unknown): Action =>
  Object.assign(
    (call: Call): unknown => {
      honour(call.input, parameters);
      return act(call);
    },
    { parameters },
  );

export const required = (input: Input, name: string): string => {
  const value = input[name];
  if (typeof value === "string" && value !== "") return value;
  throw sqsError("MissingParameter", `The request must contain the parameter ${name}.`);
};

/** A whole number of this range, or what stands for a missing one. */
export const numberIn = <D extends number | undefined>(
  input: Input,
  name: string,
  [from, to]: readonly [number, number],
  standard: D,
): number | D => {
  const value = input[name] ?? standard;
  if (value === undefined) return standard;
  if (Number.isInteger(value) && Number(value) >= from && Number(value) <= to) return Number(value);
  throw invalidValue(name, value, `Must be between ${from} and ${to}, if provided.`);
};

/** The queue's name in `http://…/000000000000/<name>`, whatever the host. */
export const nameInUrl = (url: unknown): string => {
  const path = textOf(url).split("?")[0] ?? "";
  return path.slice(path.lastIndexOf("/") + 1);
};

export const queueOf = (queues: Queues, input: Input): OpenQueue => {
  const url = required(input, "QueueUrl");
  const queue = queues.find(nameInUrl(url));
  if (queue === undefined) throw noSuchQueue();
  return queue;
};

export const settingSeconds = (queue: OpenQueue, name: string): number => Number(queue.state.attributes[name] ?? 0);
