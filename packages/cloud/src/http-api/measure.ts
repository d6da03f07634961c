// What is told of every request to an API: its trace, its metrics as in AWS/ApiGateway, and that AWS would bill it.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-metrics.html
import type { MetricPoint } from "../bus/bus.ts";
import { ACCOUNT } from "../gateway/service.ts";
import type { Ground } from "../ports.ts";
import type { Api } from "./model.ts";
import type { HttpRequest } from "./read-request.ts";

/** What is known of a request when it has been answered; times in real ms. */
export interface Measured {
  readonly api: Api;
  readonly request: HttpRequest;
  readonly requestId: string;
  readonly traceId: string;
  /** Cloud time. */
  readonly timeMs: number;
  readonly status: number;
  readonly latencyMs: number;
  /** Found out on the way. */
  readonly route: { stage?: string; integrationMs?: number };
}

export const measure = ({ bus, meter, traces }: Pick<Ground, "bus" | "meter" | "traces">, about: Measured): void => {
  const { api, request, requestId: id, traceId, timeMs, status, latencyMs, route } = about;
  traces.add({
    trace: traceId,
    kind: "http",
    name: `${request.method} ${request.rawPath}`,
    resource: `arn:aws:execute-api:${api.region}:${ACCOUNT}:${api.apiId}`,
    start: timeMs,
    ms: latencyMs,
    status: String(status),
    id,
  });
  meter.add({ service: "http-api", unit: "requests", amount: 1, trace: traceId });
  const { stage, integrationMs } = route;
  const ApiId = api.apiId;
  const sets: readonly MetricPoint["dimensions"][] =
    stage === undefined ? [{ ApiId }] : [{ ApiId }, { ApiId, Stage: stage }];
  const count = (name: string, value: number, unit = "Count"): void => {
    for (const dimensions of sets)
      bus.publish("metric-counted", { namespace: "AWS/ApiGateway", name, dimensions, value, unit });
  };
  count("Count", 1);
  count("4xx", status >= 400 && status < 500 ? 1 : 0);
  count("5xx", status >= 500 ? 1 : 0);
  count("Latency", latencyMs, "Milliseconds");
  if (integrationMs !== undefined) count("IntegrationLatency", integrationMs, "Milliseconds");
};
