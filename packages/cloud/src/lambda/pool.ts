// Which environment runs which invocation. One invocation at a time in each; a local cap of processes per function,
// never a global one, so that a caller cannot starve the function it calls: what is above the cap waits.
import type { InvokeOutcome } from "../ports.ts";
import { AwsError } from "../gateway/aws-error.ts";
import type { Environment } from "./environment.ts";
import { LIMITS, LOCAL } from "./limits.ts";
import { residentBytes } from "./memory.ts";
import type { FunctionRecord } from "./model.ts";
import { runInvocation, type Runner, type RunRequest } from "./run.ts";

export interface PoolOptions {
  readonly create: (record: FunctionRecord) => Environment;
  readonly runner: Runner;
  readonly maxEnvironments: (record: FunctionRecord) => number;
  readonly onThrottled: (record: FunctionRecord) => void;
  /** Called when nothing runs any more, after this function has had a cold start. */
  readonly onIdle: (record: FunctionRecord) => void;
}

export interface Pool {
  readonly run: (record: FunctionRecord, request: RunRequest) => Promise<InvokeOutcome>;
  /** Ends environments of a function that are not of this revision (all without one): idle ones now, busy ones after. */
  readonly retire: (name: string, revisionId?: string) => void;
  readonly environments: (name: string) => readonly { readonly warm: boolean; readonly pid: number }[];
  readonly close: () => Promise<void>;
}

interface Waiting {
  readonly record: FunctionRecord;
  readonly resolve: (environment: Environment) => void;
  readonly reject: (reason: unknown) => void;
}

interface Lane {
  readonly idle: Environment[];
  readonly live: Set<Environment>;
  readonly waiting: Waiting[];
  /** Running and waiting. */
  inFlight: number;
}

const laneKey = ({ name, version }: Pick<FunctionRecord, "name" | "version">): string => `${name}:${version}`;

const throttled = (reason: string): AwsError =>
  new AwsError("TooManyRequestsException", 429, "Rate Exceeded.", { Reason: reason });

export const createPool = ({ create, runner, maxEnvironments, onThrottled, onIdle }: PoolOptions): Pool => {
  const { faults } = runner.ground;
  const lanes = new Map<string, Lane>();
  const running = new Set<Promise<unknown>>();
  let coldStarted: FunctionRecord | undefined;
  let closed = false;

  const laneOf = (record: FunctionRecord): Lane => {
    const key = laneKey(record);
    const lane = lanes.get(key) ?? { idle: [], live: new Set(), waiting: [], inFlight: 0 };
    lanes.set(key, lane);
    return lane;
  };
  const lanesOf = (name: string): readonly Lane[] =>
    [...lanes].filter(([key]) => key.startsWith(`${name}:`)).map(([, lane]) => lane);
  const all = (): readonly Environment[] => [...lanes.values()].flatMap(({ live }) => [...live]);
  const inFlight = (named: readonly Lane[]): number => named.reduce((sum, lane) => sum + lane.inFlight, 0);

  const end = (lane: Lane, environment: Environment): void => {
    lane.live.delete(environment);
    environment.end();
  };
  const endOldest = (): void => {
    let bytes = all().reduce((sum, { process }) => sum + residentBytes(process.pid), 0);
    const idle = [...lanes.values()].flatMap((lane) => lane.idle.map((environment) => ({ lane, environment })));
    for (const { lane, environment } of idle.toSorted((a, b) => a.environment.lastUsed - b.environment.lastUsed)) {
      const tooOld = performance.now() - environment.lastUsed > LOCAL.idleMs;
      if (!tooOld && bytes <= LOCAL.totalRssBytes) return;
      bytes -= residentBytes(environment.process.pid);
      lane.idle.splice(lane.idle.indexOf(environment), 1);
      end(lane, environment);
    }
  };
  const open = (lane: Lane, record: FunctionRecord): Environment => {
    if (closed) throw new AwsError("ServiceException", 500, "The cloud is closing");
    endOldest();
    const environment = create(record);
    coldStarted = record;
    lane.live.add(environment);
    const forget = (): void => {
      lane.live.delete(environment);
      const at = lane.idle.indexOf(environment);
      if (at >= 0) lane.idle.splice(at, 1);
    };
    void environment.process.ended.then(forget);
    return environment;
  };
  const drop = (lane: Lane): void => {
    for (const environment of lane.idle.splice(0)) end(lane, environment);
  };
  const strikeAt = ({ name, arn }: FunctionRecord): ReturnType<typeof faults.strike<"kill" | "memory" | "cold">> =>
    faults.strike(["kill", "memory", "cold"], { service: "lambda", action: "Invoke", function: name, resource: arn });
  const acquire = async (lane: Lane, record: FunctionRecord): Promise<Environment> => {
    for (let idle = lane.idle.pop(); idle !== undefined; idle = lane.idle.pop()) {
      if (!idle.ended && idle.process.alive() && idle.record.revisionId === record.revisionId) return idle;
      end(lane, idle);
    }
    if (lane.live.size < maxEnvironments(record)) return open(lane, record);
    return await new Promise((resolve, reject) => lane.waiting.push({ record, resolve, reject }));
  };
  const stale = new WeakSet<Environment>();
  const release = (lane: Lane, environment: Environment): void => {
    environment.lastUsed = performance.now();
    const next = lane.waiting.shift();
    const wanted = next?.record.revisionId ?? environment.record.revisionId;
    const usable = !environment.ended && !stale.has(environment) && environment.record.revisionId === wanted;
    if (!usable) end(lane, environment);
    if (next === undefined) {
      if (usable) lane.idle.push(environment);
      return;
    }
    try {
      next.resolve(usable ? environment : open(lane, next.record));
    } catch (error) {
      next.reject(error);
    }
  };

  // Processes are real, so they grow old in real time: a test that advances the clock by a day keeps its warm ones.
  const sweep = setInterval(endOldest, LOCAL.idleMs / 10).unref();

  const becomeIdle = (): void => {
    if (!closed && coldStarted !== undefined) onIdle(coldStarted);
    coldStarted = undefined;
  };
  const checkConcurrency = (record: FunctionRecord, concurrent: number): void => {
    const { reservedConcurrency = Infinity } = record;
    const isAccountFull = inFlight([...lanes.values()]) >= LIMITS.accountConcurrency;
    if (concurrent <= reservedConcurrency && !isAccountFull) return;
    onThrottled(record);
    if (isAccountFull) throw throttled("ConcurrentInvocationLimitExceeded");
    throw throttled("ReservedFunctionConcurrentInvocationLimitExceeded");
  };
  const run: Pool["run"] = async (record, request) => {
    const concurrent = inFlight(lanesOf(record.name)) + 1;
    checkConcurrency(record, concurrent);
    const strike = strikeAt(record);
    const lane = laneOf(record);
    lane.inFlight++;
    let environment: Environment | undefined;
    try {
      if (strike?.kind === "cold") drop(lane);
      environment = await acquire(lane, record);
      const replace = (late: Environment): Environment => {
        end(lane, late);
        environment = open(lane, record);
        return environment;
      };
      const blow = strike?.kind === "cold" ? undefined : strike;
      const facts = { record, request, concurrent, strike: blow, replace };
      const [used, outcome] = await runInvocation(environment, facts, runner);
      environment = used;
      return outcome;
    } finally {
      lane.inFlight--;
      if (environment !== undefined) release(lane, environment);
      if (coldStarted !== undefined && inFlight([...lanes.values()]) === 0) setImmediate(becomeIdle);
    }
  };

  return {
    run: async (record, request) => {
      const outcome = run(record, request);
      running.add(outcome);
      try {
        return await outcome;
      } finally {
        running.delete(outcome);
      }
    },
    retire: (name, revisionId) => {
      for (const [key, lane] of lanes) {
        // A version keeps its own revision; it goes only with the whole function.
        if (!key.startsWith(revisionId === undefined ? `${name}:` : `${name}:$`)) continue;
        for (const environment of lane.live) if (environment.record.revisionId !== revisionId) stale.add(environment);
        for (const environment of lane.idle.splice(0)) {
          if (stale.has(environment)) end(lane, environment);
          else lane.idle.push(environment);
        }
      }
    },
    environments: (name) =>
      lanesOf(name).flatMap(({ live }) => [...live].map(({ warm, process }) => ({ warm, pid: process.pid }))),
    close: async () => {
      closed = true;
      clearInterval(sweep);
      const environments = all();
      const error = new AwsError("ServiceException", 500, "The cloud is closing");
      for (const { waiting } of lanes.values()) for (const { reject } of waiting.splice(0)) reject(error);
      for (const environment of environments) environment.end();
      await Promise.all(environments.map(({ process }) => process.ended));
      await Promise.allSettled(running); // they write the end of their logs
    },
  };
};
