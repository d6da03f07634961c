// How soon the cloud is there and how much memory it takes: a process of its own, as a user starts it.
import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const BIN = join(import.meta.dirname, "../dist/cli.js");
const ROUNDS = 5;
const READY_MS = 500;
const RSS_MB = 150;
/** Far from the ports that a running cloud has. */
const PORT = "4888";

interface Start {
  readonly readyMs: number;
  readonly rssMb: number;
}

const ready = (child: ChildProcess): Promise<void> =>
  new Promise((resolve, reject) => {
    child.stdout?.once("data", () => resolve());
    child.once("exit", (code) => reject(new Error(`warmstart up ended with ${code}`)));
  });

/** Resident memory in MB; 0 where there is no /proc. */
const residentMb = (pid: number | undefined): number => {
  try {
    const kb = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return Number(kb) / 1024;
  } catch {
    return 0;
  }
};

const startOnce = async (): Promise<Start> => {
  const args = ["--disable-warning=ExperimentalWarning", BIN, "up", "--memory", "--port", PORT];
  const started = performance.now();
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  await ready(child);
  const readyMs = performance.now() - started;
  const rssMb = residentMb(child.pid);
  const ended = new Promise((resolve) => child.removeAllListeners("exit").once("exit", resolve));
  child.kill("SIGTERM");
  await ended;
  return { readyMs, rssMb };
};

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;

export const run = async () => {
  const starts: Start[] = [];
  for (let round = 0; round < ROUNDS; round++) starts.push(await startOnce());
  const readyMs = median(starts.map((start) => start.readyMs));
  const rssMb = median(starts.map((start) => start.rssMb));
  return {
    title: `The embedded AWS, median of ${ROUNDS} starts of a process`,
    rows: [
      { name: "ready", value: `${readyMs.toFixed(0)} ms`, target: `≤ ${READY_MS} ms`, ok: readyMs <= READY_MS },
      { name: "resident memory", value: `${rssMb.toFixed(0)} MB`, target: `≤ ${RSS_MB} MB`, ok: rssMb <= RSS_MB },
    ],
  };
};
