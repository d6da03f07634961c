// Runs the tools of the toolchain.
import { spawn } from "node:child_process";
import { root } from "./repository.ts";

export interface Finished {
  readonly status: number;
  /** Standard output and error together; empty when they went to the terminal. */
  readonly output: string;
}

export interface CommandOptions {
  readonly cwd?: string;
  /** Show the output as it comes instead of keeping it. */
  readonly show?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  /** Ends the program after this time, for tools that may hang (osls after a failed invoke). */
  readonly limitMs?: number;
}

const KILL_AFTER_MS = 2000;

/** Runs a program of node_modules/.bin (or the PATH) to its end. Rejects only when it cannot be started. */
export const run = (program: string, args: readonly string[], options: CommandOptions = {}): Promise<Finished> => {
  const { cwd = root, show = false, env = {}, limitMs } = options;
  const child = spawn(program, args, {
    cwd,
    stdio: show ? "inherit" : ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...env },
  });
  const chunks: Buffer[] = [];
  child.stdout?.on("data", (chunk: Buffer) => chunks.push(chunk));
  child.stderr?.on("data", (chunk: Buffer) => chunks.push(chunk));
  const { promise, resolve, reject } = Promise.withResolvers<Finished>();
  const limit =
    limitMs === undefined
      ? undefined
      : setTimeout(() => {
          child.kill("SIGTERM");
          setTimeout(() => child.kill("SIGKILL"), KILL_AFTER_MS).unref();
        }, limitMs);
  child.on("error", reject);
  child.on("close", (code) => {
    clearTimeout(limit);
    resolve({ status: code ?? 1, output: Buffer.concat(chunks).toString("utf8") });
  });
  return promise;
};
