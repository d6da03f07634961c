// Puts the files evenly over the wanted time, whether or not those before have arrived.
import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import type { SpikeFile } from "./files.ts";
import { putObject, type Target } from "./target.ts";

const PREFIX_LENGTH = "1-00000000-".length;

/** Traces of this spike: X-Ray's form, sixteen digits for the run and eight for the file. */
export interface Traces {
  readonly rootOf: (index: number) => string;
  readonly isOurs: (root: string) => boolean;
}

const hex = (value: number): string => value.toString(16).padStart(8, "0");

export const newTraces = (): Traces => {
  const run = randomUUID().replaceAll("-", "").slice(0, 16);
  return {
    rootOf: (index) => `1-${hex(Math.floor(Date.now() / 1_000))}-${run}${hex(index)}`,
    isOurs: (root) => root.startsWith(run, PREFIX_LENGTH),
  };
};

/** Answers what was refused. */
export const uploadAll = async (
  target: Target,
  files: readonly SpikeFile[],
  { seconds, traces }: { readonly seconds: number; readonly traces: Traces },
): Promise<readonly string[]> => {
  const refused: string[] = [];
  const upload = async ({ key, bytes }: SpikeFile, index: number): Promise<void> => {
    const answer = await putObject(target, key, { body: bytes(), root: traces.rootOf(index) }).catch(String);
    if (typeof answer === "string") refused.push(`${key}: ${answer}`);
    else if (answer.status !== 200) refused.push(`${key}: ${answer.status} ${answer.text}`);
  };
  const started = performance.now();
  const uploads: Promise<void>[] = [];
  for (const [index, file] of files.entries()) {
    const dueMs = (index / files.length) * seconds * 1_000;
    await delay(Math.max(0, dueMs - (performance.now() - started)));
    uploads.push(upload(file, index));
  }
  await Promise.all(uploads);
  return refused;
};
