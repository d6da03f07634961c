// Lambda: functions in processes of their own, under their role, with AWS's limits, errors and retries.
import { rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import type { Service } from "../gateway/service.ts";
import type { Deliver, Ground, Iam, InvocationRecord, InvokeOutcome, Lambda, Logs, S3 } from "../ports.ts";
import { restJsonProtocol } from "../protocols/rest-json.ts";
import { createActions } from "./actions.ts";
import { createAsyncInvocations } from "./async-invocations.ts";
import { createCodeStore } from "./code.ts";
import { createEnvironment, type Environment, principalOf } from "./environment.ts";
import { createMappings, type MappingCheck } from "./event-source-mappings.ts";
import { spawnFunctionProcess } from "./function-process.ts";
import { createFunctions } from "./functions.ts";
import { createInspect } from "./inspect.ts";
import { createInvocations, type Invocations } from "./invocations.ts";
import { checkSize, createInvoke } from "./invoke.ts";
import { LIMITS, LOCAL } from "./limits.ts";
import { mappingActions, mappingNeeds, mappingRoutes } from "./mapping-actions.ts";
import { createModel, parseReference, type FunctionRecord } from "./model.ts";
import { needsOf } from "./needs.ts";
import { createOrphans } from "./orphans.ts";
import { createPermissions } from "./permissions.ts";
import { createPool } from "./pool.ts";
import { isLoop, loopError } from "./recursion.ts";
import { createReplay, type Replay } from "./replay.ts";
import { lambdaTypes } from "./resources.ts";
import { routes } from "./routes.ts";
import type { RunRequest } from "./run.ts";
import { createSampler } from "./sampler.ts";
import { createSpares } from "./spares.ts";
import { createStatistics } from "./statistics.ts";
import { type FunctionStatus, statusOf } from "./status.ts";
import { createSwapCode, type SwapCode } from "./swap.ts";

export interface LambdaOptions {
  readonly iam: Iam;
  readonly logs: Logs;
  readonly s3: Pick<S3, "readObject">;
  /** To destinations and dead-letter targets. */
  readonly deliver: Deliver;
  /** Where zips are unpacked; several clouds may share it. */
  readonly codeFolder?: string;
  /** Most live processes per function; default 2 × cores. */
  readonly maxEnvironments?: number;
  /** Blank processes kept ready; default 2. */
  readonly spares?: number;
  /** Hosts beyond this machine that functions may connect to; `*` for all. */
  readonly allowNet?: readonly string[];
  /** Limit of the init phase, 10 s as on AWS. */
  readonly initMs?: number;
  /** Functions that a debugger may attach to: all, or the one of this name. */
  readonly inspect?: true | string;
}

export interface LambdaService extends Lambda {
  readonly service: Service;
  /** Who reads a kind of source says here which mappings of it cannot be. */
  readonly checkMappings: (check: MappingCheck) => void;
  /** An environment's key is used for an AWS call: a fault may end the environment just now, and the call is not done. */
  readonly calling: (accessKeyId: string) => "go on" | "killed";
  readonly start: () => Promise<void>;
  readonly close: () => Promise<void>;
  readonly status: () => readonly FunctionStatus[];
  readonly invocations: Omit<Invocations, "add"> & { readonly replay: Replay };
  readonly swapCode: SwapCode;
  /** The next calls are cold starts. */
  readonly cool: (functionName: string) => void;
  /** Role and own variables of a function, for running its handler elsewhere. */
  readonly environmentOf: (functionName: string) => { roleArn: string; variables: Readonly<Record<string, string>> };
}

/** Makes Lambda. `start` continues what an earlier cloud left, `close` ends every process. */
export const createLambda = (ground: Ground, options: LambdaOptions): LambdaService => {
  const { iam, logs, s3, deliver, maxEnvironments = 2 * availableParallelism() } = options;
  const model = createModel(ground);
  const code = createCodeStore(options.codeFolder ?? join(ground.store.folder, "lambda", "code"));
  const orphans = createOrphans(ground);
  const spares = createSpares(options.spares ?? LOCAL.spares, (spawnOptions) => {
    const process = spawnFunctionProcess(spawnOptions);
    orphans.record(process);
    return process;
  });
  const environmentOptions = {
    iam,
    logs,
    code,
    sampler: createSampler(),
    reported: new Set<string>(),
    take: spares.take,
    allowNet: options.allowNet ?? [],
    inspectPort: createInspect(ground, options.inspect),
  };
  const statistics = createStatistics(ground);
  const invocations = createInvocations();
  const observe = (invocation: InvocationRecord, waitMs: number | undefined, concurrent: number): void => {
    invocations.add(invocation);
    statistics.observe(invocation, waitMs, concurrent);
  };
  const environments = new Map<string, Environment>();
  const create = (record: FunctionRecord): Environment => {
    const environment = createEnvironment(ground, record, environmentOptions);
    environments.set(environment.accessKeyId, environment);
    void environment.process.ended.then(() => environments.delete(environment.accessKeyId));
    return environment;
  };
  const refill = ({ memoryMb }: FunctionRecord): void => spares.refill(memoryMb);
  const pool = createPool({
    create,
    runner: { ground, initMs: options.initMs ?? LIMITS.initMs, observe },
    maxEnvironments: (record) => (environmentOptions.inspectPort(record) === undefined ? maxEnvironments : 1),
    onThrottled: ({ name }) => statistics.count(name, "Throttles"),
    onIdle: refill,
  });
  const run = (record: FunctionRecord, request: RunRequest): Promise<InvokeOutcome> => {
    if (!isLoop(request.traceId)) return ground.work.track(`invocation of ${record.name}`, pool.run(record, request));
    statistics.count(record.name, "RecursiveInvocationsDropped");
    throw loopError(record.name);
  };
  const delivery = { deliver, statistics, parallel: maxEnvironments };
  const asynchronous = createAsyncInvocations(ground, { model, run: pool.run, ...delivery });
  const functions = createFunctions({ model, code, pool, iam, s3, onChange: refill, onRemove: statistics.forget });
  const permissions = createPermissions(model, iam);
  const mappings = createMappings(ground, { model, iam });
  const parts = { model, functions, permissions, mappings, code, iam };
  const needs = needsOf(model);

  return {
    invoke: async (request) => {
      const record = model.get(request.functionName);
      checkSize(request.payload, LIMITS.syncPayloadBytes);
      return await run(record, request);
    },
    invokeAsync: (request) => {
      const record = model.get(request.functionName);
      checkSize(request.payload, LIMITS.asyncPayloadBytes);
      return asynchronous.accept(record, request);
    },
    permits: permissions.permits,
    exists: model.exists,
    principalOf: (functionName) => principalOf(model.get(functionName)),
    mappings: mappings.list,
    checkMappings: mappings.addCheck,
    calling: (accessKeyId) => environments.get(accessKeyId)?.calling() ?? "go on",
    invocations: { ...invocations, replay: createReplay({ model, invocations, run }) },
    swapCode: createSwapCode({ ...parts, sharesCode: options.codeFolder !== undefined }),
    cool: (functionName) => pool.retire(model.get(functionName).name),
    status: () => model.list().map((record) => statusOf(record, { pool, statistics })),
    environmentOf: (functionName) => {
      const { role, variables } = model.get(functionName);
      return { roleArn: role, variables };
    },
    start: async () => {
      orphans.end();
      if (options.codeFolder === undefined) code.prune(model.codes());
      rmSync(join(ground.store.folder, "lambda", "tmp"), { recursive: true, force: true });
      asynchronous.start();
      const [first] = model.list();
      if (first) refill(first);
    },
    close: async () => {
      asynchronous.close();
      await Promise.all([pool.close(), spares.close()]);
      await orphans.settled(); // also those that were ended a moment ago
      if (options.codeFolder === undefined) code.close();
    },
    service: {
      name: "lambda",
      protocol: restJsonProtocol([...routes, ...mappingRoutes]),
      actions: {
        ...createActions(ground, parts),
        ...mappingActions(mappings, model),
        Invoke: createInvoke({ model, run, accept: asynchronous.accept }),
      },
      needs: (call) => mappingNeeds(mappings, call) ?? needs(call),
      policyOf: (resource) =>
        resource.includes(":function:") ? model.policyOf(parseReference(resource).name) : undefined,
      types: lambdaTypes(parts),
    },
  };
};
