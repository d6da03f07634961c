// PutEvents, and events of other services.
import * as v from "valibot";
import { makeEvent } from "../deliveries/bus-event.ts";
import { honouring } from "../gateway/action.ts";
import { AwsError } from "../gateway/aws-error.ts";
import type { Action } from "../gateway/service.ts";
import { isObject } from "../pattern/operators.ts";
import type { EventBuses, Ground } from "../ports.ts";
import type { EventsEngine } from "./engine.ts";
import { MAX_ENTRIES, MAX_ENTRIES_BYTES, MAX_TIME } from "./limits.ts";
import type { EventsModel } from "./model.ts";

const entrySchema = v.strictObject({
  Source: v.optional(v.string(), ""),
  DetailType: v.optional(v.string(), ""),
  Detail: v.optional(v.string(), ""),
  EventBusName: v.optional(v.string()),
  Resources: v.optional(v.array(v.string()), []),
  /** Seconds since 1970. */
  Time: v.optional(v.number()),
  TraceHeader: v.optional(v.string()),
});

type Entry = v.InferOutput<typeof entrySchema>;

/** How AWS counts an entry: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevent-size.html */
const entryBytes = ({ Source, DetailType, Detail, Resources, Time }: Entry): number =>
  (Time === undefined ? 0 : 14) + Buffer.byteLength(Source + DetailType + Detail + Resources.join(""));

const refuse = (code: string, message: string): AwsError => new AwsError(code, 400, message);

const detailSchema = v.pipe(v.string(), v.parseJson(), v.custom<object>(isObject));

const detailOf = (text: string): object => {
  const parsed = v.safeParse(detailSchema, text);
  if (parsed.success) return parsed.output;
  throw refuse("MalformedDetail", "Detail is malformed.");
};

const checkEntry = (entry: Entry): void => {
  const names = { Source: entry.Source, DetailType: entry.DetailType, Detail: entry.Detail };
  const missing = Object.entries(names).find(([, value]) => value === "")?.[0];
  if (missing !== undefined) {
    throw refuse("InvalidArgument", `Parameter ${missing} is not valid. Reason: ${missing} is a required argument.`);
  }
  if (Math.abs(entry.Time ?? 0) > MAX_TIME) throw refuse("InvalidArgument", "Parameter Time is not valid.");
  if (entry.Source.startsWith("aws.")) throw refuse("NotAuthorizedForSource", "Not authorized for the source.");
};

export const eventActions = (
  ground: Ground,
  model: EventsModel,
  engine: EventsEngine,
): Readonly<Record<string, Action>> => {
  const action = honouring("ValidationException");
  const { clock, store, meter } = ground;
  const put = (entry: Entry, region: string, traceId: string | undefined): string => {
    checkEntry(entry);
    const bus = model.getBus(region, entry.EventBusName);
    const event = makeEvent({
      detailType: entry.DetailType,
      source: entry.Source,
      time: entry.Time === undefined ? clock.now() : entry.Time * 1000,
      region,
      resources: entry.Resources,
      detail: detailOf(entry.Detail),
    });
    engine.accept(bus, { event, traceId: entry.TraceHeader ?? traceId });
    meter.add({ service: "events", unit: "events", amount: 1, ...(traceId !== undefined && { trace: traceId }) });
    return event.id;
  };
  return {
    PutEvents: action({ Entries: v.array(entrySchema) }, ({ Entries }, { region, traceId }) => {
      if (Entries.length === 0 || Entries.length > MAX_ENTRIES) {
        throw refuse(
          "ValidationException",
          `1 validation error detected: Value at 'entries' failed to satisfy constraint: Member must have length between 1 and ${MAX_ENTRIES}`,
        );
      }
      if (Entries.reduce((sum, entry) => sum + entryBytes(entry), 0) > MAX_ENTRIES_BYTES) {
        throw refuse("ValidationException", "Total size of the entries in the request is over the limit.");
      }
      const answers = store.transaction(() =>
        Entries.map((entry) => {
          try {
            return { EventId: put(entry, region, traceId) };
          } catch (error) {
            if (!(error instanceof AwsError)) throw error;
            return { ErrorCode: error.code, ErrorMessage: error.message };
          }
        }),
      );
      return { FailedEntryCount: answers.filter((answer) => "ErrorCode" in answer).length, Entries: answers };
    }),
  };
};

/** Events of AWS's own services need no permission; roles need theirs, and cannot speak as AWS. */
export const createEventDelivery =
  ({ clock, region, store }: Ground, model: EventsModel, engine: EventsEngine): EventBuses["deliver"] =>
  ({ principal, targetArn, sourceArn, source = "", detailType = "", resources, body, traceId }) =>
    store.transaction(() => {
      const busRegion = targetArn.split(":")[3] ?? region;
      const bus = model.getBus(busRegion, targetArn);
      const ownService = principal.kind === "service" && source.startsWith("aws.");
      if (!ownService) {
        engine.authorize(principal, bus, { source, detailType });
        checkEntry({ Source: source, DetailType: detailType, Detail: body, Resources: [] });
      }
      const facts = { detailType, source, time: clock.now(), region: busRegion, resources: resources ?? [sourceArn] };
      engine.accept(bus, { event: makeEvent({ ...facts, detail: detailOf(body) }), traceId });
    });
