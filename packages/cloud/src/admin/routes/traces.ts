// What one event caused, across services, and what it would have cost.
import * as v from "valibot";
import { AwsError } from "../../gateway/aws-error.ts";
import type { Meter } from "../../trace/meter.ts";
import { priced, PRICES_OF } from "../../trace/prices.ts";
import type { Traces } from "../../trace/traces.ts";
import { type AdminRoutes, list, pageOf, paging, route } from "../route.ts";

const SpanSchema = v.object({
  kind: v.picklist(["http", "call", "invocation", "delivery"]),
  name: v.string(),
  start: v.number(),
  ms: v.number(),
  status: v.string(),
  segment: v.exactOptional(v.string()),
  parent: v.exactOptional(v.string()),
  resource: v.exactOptional(v.string()),
  waitMs: v.exactOptional(v.number()),
  id: v.exactOptional(v.string()),
});
const Trace = v.object({ id: v.string(), start: v.number(), spans: list(SpanSchema) });
const CostSchema = v.object({
  service: v.string(),
  unit: v.string(),
  amount: v.number(),
  usd: v.exactOptional(v.number()),
});
const Costs = v.object({ estimate: v.literal(true), prices: v.string(), costs: list(CostSchema), usd: v.number() });

const costsOf = (readings: Parameters<typeof priced>[0]): v.InferOutput<typeof Costs> => {
  const costs = priced(readings);
  return { estimate: true, prices: PRICES_OF, costs, usd: costs.reduce((sum, { usd = 0 }) => sum + usd, 0) };
};

const since = v.optional(v.pipe(v.string(), v.toNumber()));

export const traceRoutes = (traces: Traces, meter: Meter): AdminRoutes => ({
  "GET /traces": route(
    { query: v.object(paging), answer: v.object({ traces: list(Trace), next: v.exactOptional(v.string()) }) },
    ({ query }) => {
      const { page, next } = pageOf(traces.list(), ({ id }) => id, query);
      return { traces: page, ...(next !== undefined && { next }) };
    },
  ),
  "GET /traces/{id}": route({ answer: v.object({ ...Trace.entries, costs: Costs }) }, ({ name }) => {
    const trace = traces.get(name);
    if (trace === undefined) throw new AwsError("Not Found", 404, `there is no trace ${name}, or it is too old`);
    return { ...trace, costs: costsOf(meter.read({ trace: name })) };
  }),
  "GET /costs": route({ query: v.object({ since }), answer: Costs }, ({ query }) =>
    costsOf(meter.read(query.since === undefined ? {} : { since: query.since })),
  ),
});
