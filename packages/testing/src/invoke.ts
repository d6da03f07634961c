import { captureOutput } from "./capture-output.ts";
import { lambdaContext, type ContextOptions } from "./context.ts";

/** What a handler did, seen from outside. */
export interface Invocation {
  /** What it returned, or undefined when it threw. */
  readonly result: unknown;
  readonly error?: unknown;
  /** Of an HTTP answer. */
  readonly status?: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Its body as JSON when it is JSON, else undefined. */
  readonly json: unknown;
  readonly body?: string;
  /** JSON log lines, parsed; other lines as `{ message }`. Metrics are not in here. */
  readonly logs: readonly Readonly<Record<string, unknown>>[];
  /** EMF lines flattened to name and values. */
  readonly metrics: readonly {
    readonly name: string;
    readonly value: number;
    readonly dimensions: Readonly<Record<string, string>>;
  }[];
  /** `itemIdentifier`s of a partial batch answer. */
  readonly failedItems: readonly string[];
  readonly ms: number;
}

// Handlers are typed by their own event; the kit hands them any event that a factory made.
type Handler = (event: never, context: never, callback: never) => unknown;

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
};

const metricsOf = (line: Record<string, unknown>): Invocation["metrics"] => {
  const emf = line["_aws"];
  if (!isRecord(emf) || !Array.isArray(emf["CloudWatchMetrics"])) return [];
  return emf["CloudWatchMetrics"].filter(isRecord).flatMap((directive) => {
    const names = [directive["Dimensions"]].flat(2).map(String);
    const dimensions = Object.fromEntries(names.map((name) => [name, String(line[name])]));
    const metrics = Array.isArray(directive["Metrics"]) ? directive["Metrics"].filter(isRecord) : [];
    return metrics.flatMap(({ Name }) =>
      [line[String(Name)]].flat().map((value) => ({ name: String(Name), value: Number(value), dimensions })),
    );
  });
};

const answerOf = (result: unknown): Pick<Invocation, "status" | "headers" | "json" | "body"> => {
  if (!isRecord(result) || typeof result["statusCode"] !== "number") return { headers: {}, json: undefined };
  const raw = typeof result["body"] === "string" ? result["body"] : undefined;
  const body = raw !== undefined && result["isBase64Encoded"] === true ? Buffer.from(raw, "base64").toString() : raw;
  const headers = isRecord(result["headers"]) ? result["headers"] : {};
  return {
    status: result["statusCode"],
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)])),
    json: body === undefined ? undefined : parseJson(body),
    ...(body !== undefined && { body }),
  };
};

/** Runs a handler on an event, in this process: `const { status, json, logs } = await invoke(handler, httpEvent(…))`. */
export const invoke = async (handler: Handler, event: unknown, context: ContextOptions = {}): Promise<Invocation> => {
  const started = performance.now();
  let outcome: { result: unknown; error?: unknown } = { result: undefined };
  const lines = await captureOutput(async () => {
    try {
      const run = handler as (event: unknown, context: unknown) => unknown; // the event's type is the caller's promise
      outcome = { result: await run(event, lambdaContext(context)) };
    } catch (error) {
      outcome = { result: undefined, error };
    }
  });
  const parsed = lines.map((line) => {
    const json = parseJson(line);
    return isRecord(json) ? json : { message: line };
  });
  const failures = isRecord(outcome.result) ? outcome.result["batchItemFailures"] : undefined;
  return {
    ...outcome,
    ...answerOf(outcome.result),
    logs: parsed.filter((line) => !("_aws" in line)),
    metrics: parsed.flatMap(metricsOf),
    failedItems: Array.isArray(failures) ? failures.filter(isRecord).map((item) => String(item["itemIdentifier"])) : [],
    ms: performance.now() - started,
  };
};
