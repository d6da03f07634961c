// One execution environment of a function: a process, its keys, its log stream, its temporary folder.
import { randomUUID } from "node:crypto";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { platform } from "node:process";
import type { Effect } from "../faults/faults.ts";
import type { Principal } from "../gateway/service.ts";
import type { Ground, Iam } from "../ports.ts";
import type { CodeStore } from "./code.ts";
import { createFunctionLog, type FunctionLog, type FunctionLogOptions } from "./function-log.ts";
import type { Ending, FunctionProcess, SpawnOptions } from "./function-process.ts";
import type { InspectPort } from "./inspect.ts";
import { LIMITS } from "./limits.ts";
import { canReadMemory } from "./memory.ts";
import type { Answer, FunctionError, InvokeMessage } from "./messages.ts";
import type { FunctionRecord } from "./model.ts";
import type { Sampler } from "./sampler.ts";
import { variablesOf } from "./variables.ts";

/** How a phase ended. All but "done" and "failed" end the process too. */
export type Result =
  | { readonly kind: "done"; readonly payload: string }
  | { readonly kind: "failed"; readonly error: FunctionError; readonly fatal: boolean }
  | { readonly kind: "timeout" }
  | { readonly kind: "exit"; readonly ending: Ending };

/** What a fault does to an environment. */
export type Strike = Extract<Effect, { kind: "kill" | "memory" }>;

export interface Environment {
  readonly record: FunctionRecord;
  readonly accessKeyId: string;
  readonly process: FunctionProcess;
  readonly log: FunctionLog;
  /** Real time of the end of the last invocation. */
  lastUsed: number;
  /** Whether the handler was loaded. */
  warm: boolean;
  ended: boolean;
  /** Highest resident memory so far. */
  peakBytes: number;
  readonly init: (limitMs: number) => Promise<Result>;
  readonly call: (message: Omit<InvokeMessage, "type" | "now" | "frozen">, strike?: Strike) => Promise<Result>;
  /** It makes an AWS call just now; a fault may end it there and then. */
  readonly calling: () => "go on" | "killed";
  readonly end: () => void;
}

export interface EnvironmentOptions extends FunctionLogOptions {
  readonly iam: Pick<Iam, "decide" | "mint" | "revoke">;
  readonly code: CodeStore;
  readonly sampler: Sampler;
  readonly take: (options: SpawnOptions) => FunctionProcess;
  readonly allowNet: readonly string[];
  readonly inspectPort: InspectPort;
}

/** The role as IAM sees a function that acts under it. */
export const principalOf = ({ role, name }: Pick<FunctionRecord, "role" | "name">): Principal => {
  const roleName = role.split("/").at(-1) ?? role;
  const account = role.split(":")[4] ?? "";
  const arn = `arn:aws:sts::${account}:assumed-role/${roleName}/${name}`;
  return { kind: "role", arn, roleArn: role, roleName, sessionName: name };
};

const isAnswer = (value: Answer | Ending | "late"): value is Answer => value !== "late" && "type" in value;

export const createEnvironment = (ground: Ground, record: FunctionRecord, options: EnvironmentOptions): Environment => {
  const { iam, code, sampler, take, allowNet } = options;
  const inspectPort = options.inspectPort(record);
  const credentials = iam.mint(record.role, record.name);
  const log = createFunctionLog(ground, record, principalOf(record), options);
  const temporary = join(ground.store.folder, "lambda", "tmp", randomUUID());
  mkdirSync(temporary, { recursive: true });
  const nodeOptions = record.variables["NODE_OPTIONS"];
  const process = take({
    memoryMb: record.memoryMb,
    ...(nodeOptions !== undefined && { nodeOptions }),
    ...(inspectPort !== undefined && { inspectPort }),
  });
  const limitBytes = record.memoryMb * 1024 * 1024;
  process.onLine((line) => {
    log.add(line);
    if (!sampler.watches(environment)) log.flush(); // work left over after the return still prints
  });

  const clockFields = (): { now: number; frozen: boolean } => ({
    now: ground.clock.now(),
    frozen: ground.clock.mode() === "frozen",
  });
  /** The next answer within real `limitMs`, unless somebody debugs; the process is killed when it is late or too large. */
  const answerWithin = async (limitMs: number): Promise<Result> => {
    const late = Promise.withResolvers<"late">();
    const timer = inspectPort === undefined ? setTimeout(() => late.resolve("late"), limitMs) : undefined;
    sampler.watch(environment, limitBytes);
    const answer = await Promise.race([process.next(), late.promise]);
    clearTimeout(timer);
    if (!isAnswer(answer)) {
      process.kill();
      const ending = await process.ended;
      sampler.forget(environment);
      return answer === "late" ? { kind: "timeout" } : { kind: "exit", ending };
    }
    environment.peakBytes = Math.max(environment.peakBytes, answer.rssBytes);
    await process.printed(answer.out, answer.err);
    sampler.forget(environment);
    if (answer.type === "done") return { kind: "done", payload: answer.result };
    if (answer.type === "ready") return { kind: "done", payload: "" };
    return { kind: "failed", error: answer.error, fatal: answer.type !== "failed" || answer.fatal === true };
  };

  let calls = 0;
  let lastCall = Infinity;
  let death: NodeJS.Timeout | undefined;
  const suffer = (strike: Strike | undefined): void => {
    calls = 0;
    lastCall = strike?.kind === "kill" ? (strike.call ?? Infinity) : Infinity;
    if (strike === undefined || lastCall < Infinity) return;
    if (strike.kind === "memory") environment.peakBytes = limitBytes;
    if (strike.kind === "kill" && strike.afterMs !== undefined) death = setTimeout(process.kill, strike.afterMs);
    else process.kill();
  };

  const environment: Environment = {
    record,
    accessKeyId: credentials.accessKeyId,
    process,
    log,
    lastUsed: performance.now(),
    warm: false,
    ended: false,
    peakBytes: 0,
    init: async (limitMs) => {
      const root = code.folderOf(record.code);
      const { region } = ground;
      const sources = {
        record,
        region,
        endpoint: ground.endpoint(),
        credentials,
        logStream: log.stream,
        root,
        temporary,
      };
      process.send({
        type: "configure",
        env: variablesOf(sources),
        root,
        compiled: code.compiledOf(record.code),
        handler: record.handler,
        allowNet,
        freeze: platform !== "win32" && inspectPort === undefined,
        ...clockFields(),
        ...(!canReadMemory && { watchBytes: limitBytes }),
      });
      const result = await answerWithin(limitMs);
      environment.warm = result.kind === "done";
      return result;
    },
    call: async (message, strike) => {
      const timeoutMs = inspectPort === undefined ? message.timeoutMs : LIMITS.timeoutSeconds.most * 1000;
      suffer(strike);
      process.send({ type: "invoke", ...message, timeoutMs, ...clockFields() });
      const result = await answerWithin(timeoutMs);
      clearTimeout(death);
      return result;
    },
    calling: () => {
      calls++;
      if (calls < lastCall) return "go on";
      process.kill();
      return "killed";
    },
    end: () => {
      if (environment.ended) return;
      environment.ended = true;
      process.kill();
      iam.revoke(credentials.accessKeyId);
      void process.ended.then(() => rmSync(temporary, { recursive: true, force: true }));
    },
  };
  void process.ended.then(environment.end);
  return environment;
};
