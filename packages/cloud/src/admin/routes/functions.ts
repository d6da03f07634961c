// Functions and their invocations: how they do, new code for one of them, and events run again.
import * as v from "valibot";
import { AwsError } from "../../gateway/aws-error.ts";
import type { Iam, InvocationRecord, InvokeOutcome } from "../../ports.ts";
import { type AdminRoutes, list, nothing, pageOf, paging, route, texts } from "../route.ts";

const FunctionSchema = v.object({
  name: v.string(),
  arn: v.string(),
  environments: v.number(),
  warm: v.number(),
  rssBytes: v.number(),
  codeSha256: v.string(),
  invocations: v.number(),
  coldStarts: v.number(),
  errors: v.number(),
  throttles: v.number(),
  durationMs: v.exactOptional(v.object({ p50: v.number(), p95: v.number(), p99: v.number() })),
});

export type FunctionHealth = v.InferOutput<typeof FunctionSchema>;

const summary = {
  id: v.string(),
  function: v.string(),
  arn: v.string(),
  start: v.number(),
  durationMs: v.number(),
  initMs: v.exactOptional(v.number()),
  billedMs: v.number(),
  memoryMb: v.number(),
  maxMemoryMb: v.number(),
  status: v.picklist(["ok", "error", "timeout"]),
  kind: v.picklist(["sync", "async"]),
  attempt: v.number(),
  traceId: v.string(),
  segment: v.string(),
};
const Summary = v.object(summary);
const Call = v.object({ name: v.string(), resource: v.exactOptional(v.string()), status: v.string(), ms: v.number() });
const Invocation = v.object({
  ...summary,
  payload: v.string(),
  result: v.string(),
  lines: list(v.string()),
  calls: list(Call),
});
const Replayed = v.object({ requestId: v.string(), failed: v.boolean(), payload: v.string(), logTail: v.string() });
const Filter = v.object({
  function: v.exactOptional(v.string()),
  status: v.exactOptional(v.picklist(["ok", "error", "timeout"])),
  trace: v.exactOptional(v.string()),
  since: v.exactOptional(v.pipe(v.string(), v.toNumber())),
  ...paging,
});

type InvocationFilter = Omit<v.InferOutput<typeof Filter>, "limit" | "cursor">;

export interface FunctionPorts {
  readonly lambda: {
    readonly status: () => readonly v.InferOutput<typeof FunctionSchema>[];
    readonly environmentOf: (functionName: string) => {
      readonly roleArn: string;
      readonly variables: Readonly<Record<string, string>>;
    };
    readonly invoke: (request: { functionName: string; payload: string }) => Promise<InvokeOutcome>;
    readonly invocations: {
      /** Newest first. */
      readonly list: (filter: InvocationFilter) => readonly InvocationRecord[];
      readonly get: (id: string) => InvocationRecord | undefined;
      readonly replay: (id: string, to?: string) => Promise<InvokeOutcome>;
    };
    /** Code of a folder; calls in flight end on the old one. */
    readonly swapCode: (functionName: string, folder: string) => Promise<void>;
    readonly cool: (functionName: string) => void;
  };
  readonly iam: Pick<Iam, "mint">;
  readonly endpoint: () => string;
  /** AWS calls of an invocation, by its segment. */
  readonly callsOf: (traceId: string, segment: string) => readonly v.InferOutput<typeof Call>[];
}

/** Variables and role keys of a function, so that a handler in another process runs with the rights it will have. */
const environment = ({ lambda, iam, endpoint }: FunctionPorts, name: string): Record<string, string> => {
  const { roleArn, variables } = lambda.environmentOf(name);
  const keys = iam.mint(roleArn, name);
  return {
    ...variables,
    AWS_ENDPOINT_URL: endpoint(),
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: keys.accessKeyId,
    AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
    AWS_SESSION_TOKEN: keys.sessionToken,
    AWS_LAMBDA_FUNCTION_NAME: name,
  };
};

const functionRoutesOf = (ports: FunctionPorts): AdminRoutes => {
  const { lambda } = ports;
  return {
    "GET /functions": route({ answer: v.object({ functions: list(FunctionSchema) }) }, () => ({
      functions: lambda.status(),
    })),
    "GET /functions/{name}": route({ answer: FunctionSchema }, ({ name }) => {
      const found = lambda.status().find((each) => each.name === name);
      if (found === undefined) throw new AwsError("Not Found", 404, `there is no function ${name}`);
      return found;
    }),
    "PUT /functions/{name}/code": route(
      { body: v.strictObject({ folder: v.string() }), answer: nothing },
      async ({ name, body }) => {
        await lambda.swapCode(name, body.folder);
        return {};
      },
    ),
    "POST /functions/{name}/cold": route({ answer: nothing }, ({ name }) => {
      lambda.cool(name);
      return {};
    }),
    "POST /functions/{name}/invoke": route(
      { body: v.strictObject({ payload: v.unknown() }), answer: Replayed },
      ({ name, body }) => lambda.invoke({ functionName: name, payload: JSON.stringify(body.payload ?? {}) }),
    ),
    "GET /environment/{name}": route({ answer: texts }, ({ name }) => environment(ports, name)),
  };
};

/** A list shows no payloads: they may be large. */
const summaryOf = (record: InvocationRecord): v.InferOutput<typeof Summary> => {
  const { payload: _payload, result: _result, lines: _lines, ...rest } = record;
  return rest;
};

const invocationRoutes = ({ lambda, callsOf }: FunctionPorts): AdminRoutes => ({
  "GET /invocations": route(
    { query: Filter, answer: v.object({ invocations: list(Summary), next: v.exactOptional(v.string()) }) },
    ({ query }) => {
      const { limit, cursor, ...filter } = query;
      const all = lambda.invocations.list(filter);
      const { page, next } = pageOf(all, ({ id, attempt }) => `${id}.${attempt}`, { limit, cursor });
      return { invocations: page.map(summaryOf), ...(next !== undefined && { next }) };
    },
  ),
  "GET /invocations/{id}": route({ answer: Invocation }, ({ name }) => {
    const record = lambda.invocations.get(name);
    if (record === undefined) throw new AwsError("Not Found", 404, `there is no invocation ${name}, or it is too old`);
    return { ...record, calls: callsOf(record.traceId, record.segment) };
  }),
  "POST /invocations/{id}/replay": route(
    { body: v.strictObject({ to: v.exactOptional(v.string()) }), answer: Replayed },
    ({ name, body }) => lambda.invocations.replay(name, body.to),
  ),
});

export const functionRoutes = (ports: FunctionPorts): AdminRoutes => ({
  ...functionRoutesOf(ports),
  ...invocationRoutes(ports),
});
