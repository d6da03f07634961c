// A cloud as a user starts it: a process of its own, in memory, on ports far from those of a running one.
import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const BIN = join(import.meta.dirname, "../bin/warmstart.js");

/** Far from the ports that a running cloud has. */
export const BENCH_PORT = 4888;

export interface CloudProcess {
  readonly endpoint: string;
  /** From the start of the process to its first line. */
  readonly readyMs: number;
  readonly rssMb: () => number;
  readonly admin: <T>(method: string, path: string, body?: object) => Promise<T>;
  readonly close: () => Promise<void>;
}

/** Resident memory in MB; 0 where there is no /proc. */
const residentMb = (pid: number): number => {
  try {
    const kb = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return Number(kb) / 1024;
  } catch {
    return 0;
  }
};

const firstLine = (child: ChildProcess): Promise<void> =>
  new Promise((resolve, reject) => {
    child.stdout?.once("data", () => resolve());
    child.once("exit", (code) => reject(new Error(`warmstart up ended with ${code}`)));
  });

/** In memory, or with its state in the `.warmstart` of a folder. */
export const startCloudProcess = async (folder?: string, port = BENCH_PORT): Promise<CloudProcess> => {
  const ports = `${port + 2}-${port + 40}`;
  const memory = folder === undefined ? ["--memory"] : [];
  const args = [BIN, "up", ...memory, "--port", String(port), "--ports", ports];
  const started = performance.now();
  const child = spawn(process.execPath, args, { cwd: folder, stdio: ["ignore", "pipe", "inherit"] });
  await firstLine(child);
  const readyMs = performance.now() - started;
  const endpoint = `http://127.0.0.1:${port}`;
  const admin = async <T>(method: string, path: string, body?: object): Promise<T> => {
    const init = { method, ...(body && { body: JSON.stringify(body) }) };
    const response = await fetch(`${endpoint}/_warmstart/v1${path}`, init);
    const answer: unknown = await response.json();
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${JSON.stringify(answer)}`);
    return answer as T; // the routes of this very package
  };
  const { pid } = await admin<{ pid: number }>("GET", "/health");
  return {
    endpoint,
    readyMs,
    rssMb: () => residentMb(pid),
    admin,
    close: async () => {
      const ended = new Promise((resolve) => child.removeAllListeners("exit").once("exit", resolve));
      child.kill("SIGTERM");
      await ended;
    },
  };
};
