// One child process with its pipes. It leads its own process group, so that whatever it starts ends with it.
import { spawn, type ChildProcess } from "node:child_process";
import { Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { HEAP } from "./limits.ts";
import type { Answer, ConfigureMessage, InvokeMessage } from "./messages.ts";
import { splitLines } from "./split-lines.ts";

const BOOTSTRAP = fileURLToPath(new URL("../../runtime/bootstrap.cjs", import.meta.url));

const GO_ON = Buffer.of(1);

export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface FunctionProcess {
  readonly pid: number;
  readonly memoryMb: number;
  readonly send: (message: ConfigureMessage | InvokeMessage) => void;
  /** The next answer, or how the process ended instead. */
  readonly next: () => Promise<Answer | Ending>;
  /** Resolves when everything that was printed until then (`out` and `err` bytes) has arrived. */
  readonly printed: (out: number, err: number) => Promise<void>;
  readonly onLine: (listener: (line: string) => void) => void;
  readonly alive: () => boolean;
  /** It has exited and everything it printed has arrived. */
  readonly ended: Promise<Ending>;
  /** Kills the whole group. */
  readonly kill: () => void;
}

export interface SpawnOptions {
  readonly memoryMb: number;
  /** Node flags of the function itself. */
  readonly nodeOptions?: string;
  /** Of its debugger. */
  readonly inspectPort?: number;
}

const killGroup = (pid: number): void => {
  if (pid === 0) return; // never started; 0 would name our own group
  try {
    process.kill(process.platform === "win32" ? pid : -pid, "SIGKILL");
  } catch {
    // it has ended already
  }
};

const start = ({ memoryMb, nodeOptions, inspectPort }: SpawnOptions): ChildProcess =>
  spawn(
    process.execPath,
    [
      `--max-old-space-size=${Math.floor(memoryMb * HEAP.old)}`,
      `--max-semi-space-size=${Math.max(1, Math.floor(memoryMb * HEAP.semiSpace))}`,
      // What it would print on standard error would stand in the function's log.
      ...(inspectPort === undefined ? [] : [`--inspect=127.0.0.1:${inspectPort}`, "--inspect-publish-uid=http"]),
      BOOTSTRAP,
    ],
    {
      stdio: ["ignore", "pipe", "pipe", "ipc", "pipe"],
      detached: true,
      env: { TZ: ":UTC", ...(nodeOptions !== undefined && { NODE_OPTIONS: nodeOptions }) },
    },
  );

interface Count {
  readonly out: number;
  readonly err: number;
}

/** Counts what arrives on both pipes and tells those who wait for a count. */
const createMeter = (): {
  add: (fd: 0 | 1, bytes: number) => void;
  reach: FunctionProcess["printed"];
  end: () => void;
} => {
  const received: [number, number] = [0, 0];
  let waiting: (Count & { readonly resolve: () => void })[] = [];
  let ended = false;
  const reached = ({ out, err }: Count): boolean => ended || (received[0] >= out && received[1] >= err);
  const settle = (): void => {
    for (const { resolve } of waiting.filter(reached)) resolve();
    waiting = waiting.filter((entry) => !reached(entry));
  };
  return {
    add: (fd, bytes) => {
      received[fd] += bytes;
      if (waiting.length > 0) settle();
    },
    reach: (out, err) =>
      new Promise((resolve) => {
        waiting.push({ out, err, resolve });
        settle();
      }),
    end: () => {
      ended = true;
      settle();
    },
  };
};

/** Starts a blank process; it becomes a function's with the first `configure` message. */
export const spawnFunctionProcess = (options: SpawnOptions): FunctionProcess => {
  const child = start(options);
  const pid = child.pid ?? 0;
  const meter = createMeter();
  const ended = Promise.withResolvers<Ending>();
  let listener: ((line: string) => void) | undefined;
  let answered: ((answer: Answer | Ending) => void) | undefined;
  let ending: Ending | undefined;
  let freezes = false;
  let frozen = false;

  const pipes = [child.stdout, child.stderr].map((stream, fd) => {
    const lines = splitLines((line) => listener?.(line));
    stream?.on("data", (bytes: Buffer) => {
      lines.add(bytes);
      meter.add(fd === 0 ? 0 : 1, bytes.length);
    });
    return lines;
  });
  const flush = (): void => {
    for (const lines of pipes) lines.end();
  };
  const gate = child.stdio[4];
  gate?.on("error", () => {}); // it has ended
  child.on("message", (answer: Answer) => {
    frozen = freezes && "id" in answer;
    answered?.(answer); // only answers arrive on the channel
  });
  child.once("error", () => ended.resolve({ code: 127, signal: null })); // it could not be started
  child.once("exit", () => killGroup(pid)); // what the function started ends too, and lets go of the pipes
  child.once("close", (code, signal) => ended.resolve({ code, signal }));
  const finish = (how: Ending): void => {
    ending = how;
    flush();
    meter.end();
    answered?.(how);
  };
  void ended.promise.then(finish);

  return {
    pid,
    memoryMb: options.memoryMb,
    send: (message) => {
      if (message.type === "configure") freezes = message.freeze;
      if (frozen && gate instanceof Writable) gate.write(GO_ON);
      frozen = false;
      if (child.connected) child.send(message, () => {}); // a failed send shows as the end of the process
    },
    next: () =>
      new Promise((resolve) => {
        if (ending === undefined) answered = resolve;
        else resolve(ending);
      }),
    printed: async (out, err) => {
      await meter.reach(out, err);
      flush();
    },
    onLine: (next) => {
      listener = next;
    },
    alive: () => child.connected && child.exitCode === null && child.signalCode === null,
    ended: ended.promise,
    kill: () => killGroup(pid),
  };
};
