// A terminal for tests: what is typed into it runs in one bash, which keeps its variables, functions and folder.
import { spawn } from "node:child_process";

export interface Terminal {
  /** Runs the lines as they stand; answers what they printed, and throws that when one of them fails. */
  readonly type: (lines: string) => Promise<string>;
  /** Ends bash and whatever it has started. */
  readonly close: () => void;
}

export interface TerminalOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

/** No command prints it. */
const DONE = "\0";

/** Opens bash in a folder. The first command that fails ends it. */
export const openTerminal = ({ cwd, env }: TerminalOptions): Terminal => {
  const bash = spawn("bash", ["--noprofile", "--norc"], { cwd, env, stdio: ["pipe", "pipe", "pipe"], detached: true });
  let output = "";
  let waiting: { readonly resolve: (output: string) => void; readonly reject: (error: Error) => void } | undefined;
  const read = (chunk: Buffer): void => {
    output += chunk.toString("utf8");
    if (!output.endsWith(DONE)) return;
    waiting?.resolve(output.slice(0, -DONE.length));
    waiting = undefined;
  };
  for (const stream of [bash.stdout, bash.stderr]) stream.on("data", read);
  bash.stdin.on("error", () => {}); // bash has ended: `type` says so
  bash.on("close", () => waiting?.reject(new Error(output)));
  const type = (lines: string): Promise<string> => {
    if (bash.exitCode !== null) return Promise.reject(new Error("The terminal has ended with what was typed before"));
    if (waiting !== undefined) return Promise.reject(new Error("What was typed before is still at work"));
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    waiting = { resolve, reject };
    output = "";
    // Commands that read their input must not read what is typed next.
    bash.stdin.write(`{\n${lines}\n} </dev/null 2>&1\nprintf '\\0'\n`);
    return promise;
  };
  bash.stdin.write("set -euo pipefail\n");
  const close = (): void => {
    waiting = undefined;
    if (bash.pid === undefined || bash.exitCode !== null) return;
    try {
      process.kill(-bash.pid, "SIGKILL");
    } catch {} // it has just ended
  };
  return { type, close };
};
