// Kills functions at each of their AWS calls, one run per call, and asks after each whether what must hold still holds.
import type { Duration } from "./duration.ts";
import type { Fault } from "./faults.ts";
import { openCloud, type RequestRecord, type TestCloud } from "./open-cloud.ts";
import { readTraces } from "./trace-listing.ts";

export type CrashMode = "before" | "after";

/** Where a run was cut: the environment died at this call of this invocation. */
export interface CrashPoint {
  /** 1 is the scenario's first invocation, and its first call. */
  readonly invocation: number;
  readonly call: number;
  /** `after`: the call was done, but its answer was lost with the environment. */
  readonly mode: CrashMode;
  /** `dynamodb:PutItem arn:aws:dynamodb:…`. */
  readonly aws: string;
}

export interface CrashOptions {
  /** Name of the functions that die, may hold `*`; default all. */
  readonly functions?: string;
  /** Default `before` alone; `after` doubles the runs. */
  readonly modes?: readonly CrashMode[];
  /** How far the clock moves on after the scenario, so that retries have ended; default 1 h. */
  readonly settle?: Duration;
}

interface Run {
  readonly faults: readonly Fault[];
  readonly name: string;
  /** Whether what must hold is asked. */
  readonly check: boolean;
}

interface Ran {
  /** All calls that functions made, in their order. */
  readonly calls: readonly RequestRecord[];
  readonly struck: boolean;
}

/** A guard against a scenario that never ends. */
const MOST_RUNS = 500;

const isOfFunction = ({ principal, error = "" }: RequestRecord): boolean =>
  principal.includes(":assumed-role/") && !error.startsWith("AccessDenied");

const isCut = ({ error }: RequestRecord): boolean => error === "CutConnection";

const nameOf = ({ service, action, resource }: RequestRecord): string => `${service}:${action} ${resource}`;

const kill = (functions: string | undefined, invocation: number, call: number): Fault => ({
  match: { service: "lambda", action: "Invoke", ...(functions !== undefined && { function: functions }) },
  when: { nth: invocation },
  effect: { kind: "kill", call },
});

/** The n-th call of all functions is done, its answer cut; the client's own retry then meets the end of its environment. */
const loseAnswer = (functions: string | undefined, nth: number): Fault => ({
  match: { function: functions ?? "*" },
  when: { nth },
  effect: { kind: "lost-answer" },
});

const runner =
  <T>(
    scenario: (cloud: TestCloud) => Promise<T>,
    invariant: (cloud: TestCloud, outcome: T) => Promise<void> | void,
    settle: Duration,
  ) =>
  async ({ faults, name, check }: Run): Promise<Ran> => {
    const cloud = await openCloud();
    let at = name;
    try {
      for (const fault of faults) await cloud.faults.add(fault);
      const outcome = await scenario(cloud);
      await cloud.idle();
      await cloud.clock.advance(settle);
      await cloud.idle();
      const [armed] = await cloud.faults.list();
      const calls = (await cloud.requests()).filter(isOfFunction);
      const cut = calls.find(isCut);
      at = `${name}${cut === undefined ? "" : `, ${nameOf(cut)}`}`;
      if (check) await invariant(cloud, outcome);
      return { calls, struck: (armed?.struck ?? 0) > 0 };
    } catch (error) {
      const traces = await readTraces(cloud.endpoint);
      const message = error instanceof Error ? error.message : String(error);
      throw new Error(`Crash point ${at}: ${message}\n\n${traces}`, { cause: error });
    } finally {
      await cloud.close();
    }
  };

/**
 * Runs `scenario` once per AWS call of its functions, each time in an empty cloud, and ends the environment at that call.
 * Then, when retries have had their time, `invariant` must hold; the error of one that does not names the crash point. The
 * scenario deploys for itself and lives with failures, as a client does. Answers the points, in their order.
 */
export const everyCrashPoint = async <T>(
  scenario: (cloud: TestCloud) => Promise<T>,
  invariant: (cloud: TestCloud, outcome: T) => Promise<void> | void,
  { functions, modes = ["before"], settle = "1h" }: CrashOptions = {},
): Promise<readonly CrashPoint[]> => {
  const run = runner(scenario, invariant, settle);
  const points: CrashPoint[] = [];
  let [invocation, call] = [1, 1];
  for (let runs = 0; runs < MOST_RUNS; runs++) {
    const name = (mode: CrashMode): string => `${mode} call ${call} of invocation ${invocation}`;
    const faults = [kill(functions, invocation, call)];
    const { calls, struck } = await run({ faults, name: name("before"), check: modes.includes("before") });
    const index = calls.findIndex(isCut);
    const cut = calls[index];
    if (cut === undefined && !struck) return points;
    if (cut === undefined) {
      [invocation, call] = [invocation + 1, 1];
      continue;
    }
    if (modes.includes("after")) {
      const lost = [kill(functions, invocation, call + 1), loseAnswer(functions, index + 1)];
      await run({ faults: lost, name: name("after"), check: true });
    }
    for (const mode of modes) points.push({ invocation, call, mode, aws: nameOf(cut) });
    call++;
  }
  throw new Error(`More than ${MOST_RUNS} crash points: does the scenario end?`);
};
