// Lambda: functions in processes of their own, under their role, with AWS's limits, errors and retries.
import { rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import type { Service } from "../gateway/service.ts";
import type { Deliver, Ground, Iam, Lambda, Logs, S3, Sqs } from "../ports.ts";
import { restJsonProtocol } from "../protocols/rest-json.ts";
import { createActions, routes } from "./actions.ts";
import { createAsyncInvocations } from "./async-invocations.ts";
import { createCodeStore } from "./code.ts";
import { createEnvironment, principalOf } from "./environment.ts";
import { createMappings, type MappingCheck } from "./event-source-mappings.ts";
import { spawnFunctionProcess } from "./function-process.ts";
import { createFunctions } from "./functions.ts";
import { checkSize, createInvoke } from "./invoke.ts";
import { LIMITS, LOCAL } from "./limits.ts";
import { mappingActions, mappingNeeds, mappingRoutes } from "./mapping-actions.ts";
import { residentBytes } from "./memory.ts";
import { createModel, parseReference, type FunctionRecord } from "./model.ts";
import { needsOf } from "./needs.ts";
import { createOrphans } from "./orphans.ts";
import { createPermissions } from "./permissions.ts";
import { createPool } from "./pool.ts";
import { lambdaTypes } from "./resources.ts";
import { createSampler } from "./sampler.ts";
import { createSpares } from "./spares.ts";

export interface LambdaOptions {
  readonly iam: Iam;
  readonly logs: Logs;
  readonly s3: Pick<S3, "readObject">;
  readonly sqs: Pick<Sqs, "send">;
  /** To what is neither of these: topics, buses, functions. */
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
}

export interface FunctionStatus {
  readonly name: string;
  readonly arn: string;
  /** Live processes, of which `warm` have loaded the handler. */
  readonly environments: number;
  readonly warm: number;
  readonly rssBytes: number;
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
  /** Role and own variables of a function, for running its handler elsewhere. */
  readonly environmentOf: (functionName: string) => { roleArn: string; variables: Readonly<Record<string, string>> };
}

/** Makes Lambda. `start` continues what an earlier cloud left, `close` ends every process. */
export const createLambda = (ground: Ground, options: LambdaOptions): LambdaService => {
  const { iam, logs, s3, sqs, maxEnvironments = 2 * availableParallelism() } = options;
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
  };
  const refill = ({ memoryMb }: FunctionRecord): void => spares.refill(memoryMb);
  const pool = createPool({
    create: (record) => createEnvironment(ground, record, environmentOptions),
    runner: { ground, initMs: options.initMs ?? LIMITS.initMs },
    maxEnvironments,
    onIdle: refill,
  });
  const asynchronous = createAsyncInvocations(ground, { model, sqs, run: pool.run, parallel: maxEnvironments });
  const functions = createFunctions({ model, code, pool, iam, s3, onChange: refill });
  const permissions = createPermissions(model, iam);
  const mappings = createMappings(ground, { model, iam });
  const parts = { model, functions, permissions, mappings };
  const needs = needsOf(model);

  return {
    invoke: (request) => {
      const record = model.get(request.functionName);
      checkSize(request.payload, LIMITS.syncPayloadBytes);
      return ground.work.track(`invocation of ${record.name}`, pool.run(record, request));
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
    calling: () => "go on",
    status: () =>
      model.list().map(({ name, arn }) => {
        const environments = pool.environments(name);
        const rssBytes = environments.reduce((sum, { pid }) => sum + residentBytes(pid), 0);
        return {
          name,
          arn,
          environments: environments.length,
          warm: environments.filter(({ warm }) => warm).length,
          rssBytes,
        };
      }),
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
        Invoke: createInvoke({
          model,
          run: (record, request) => ground.work.track(`invocation of ${record.name}`, pool.run(record, request)),
          accept: asynchronous.accept,
        }),
      },
      needs: (call) => mappingNeeds(mappings, call) ?? needs(call),
      policyOf: (resource) =>
        resource.includes(":function:") ? model.policyOf(parseReference(resource).name) : undefined,
      types: lambdaTypes(ground, parts),
    },
  };
};
