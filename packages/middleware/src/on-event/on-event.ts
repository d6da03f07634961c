// The wrapper of a function that a rule of EventBridge calls.
import type { StandardSchemaV1 } from "@standard-schema/spec";
import { correlationOfBus, isBusEvent } from "../carrier/carrier.ts";
import { createMetrics } from "../metrics/metrics.ts";
import { validated, type Schema } from "../schema/validate.ts";
import { extendCall, type Call } from "../trigger/call.ts";
import { trigger, type Handler } from "../trigger/trigger.ts";

export interface EventAccept<D extends Schema> {
  readonly detail: D;
}

export interface EventInput<T> extends Call {
  readonly detail: T;
  readonly detailType: string;
  readonly source: string;
  /** The same at each try. */
  readonly eventId: string;
  /** When it happened, ISO 8601. */
  readonly time: string;
}

/**
 * For an event of an EventBridge rule. A text `correlationId` in the detail is carried on, else it is the event's id.
 * Throws: Lambda tries again, twice, and then gives the event to the failure destination.
 */
export const onEvent = <D extends Schema>(
  { detail: schema }: EventAccept<D>,
  fn: (input: EventInput<StandardSchemaV1.InferOutput<D>>) => Promise<void> | void,
): Handler<unknown, void> =>
  trigger<unknown, void>({
    collect: createMetrics,
    names: (event) => ({ correlationId: correlationOfBus(event) }),
    run: async (event, call) => {
      if (!isBusEvent(event)) throw new TypeError("Not an event of EventBridge");
      const detail = await validated(schema, event["detail"], "the detail");
      const { "detail-type": detailType, source, id, time } = event;
      const envelope = { detailType: String(detailType), source: String(source), eventId: String(id) };
      await fn(extendCall(call, { detail, ...envelope, time: String(time) }));
    },
    seal: (_reply, _event, open) => open.close(),
  });
