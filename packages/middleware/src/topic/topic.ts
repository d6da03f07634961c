// The wrapper of a function that a topic tells.
import type { StandardSchemaV1 } from "@standard-schema/spec";
import { openSns, snsMessages } from "../carrier/carrier.ts";
import { allOf } from "../carrier/each-carried.ts";
import { createMetrics } from "../metrics/metrics.ts";
import { validated, type Schema } from "../schema/validate.ts";
import { callOf, extendCall, type Call } from "../trigger/call.ts";
import { trigger, type Handler } from "../trigger/trigger.ts";

export interface TopicAccept<M extends Schema> {
  /** Of the message's JSON, without the envelope of EventBridge. */
  readonly message: M;
}

export interface TopicInput<T> extends Call {
  readonly message: T;
  /** SNS's id, the same at each try. */
  readonly messageId: string;
  readonly subject: string | undefined;
}

/** For the message of an SNS topic. Throws: Lambda tries again, twice, and then gives it to the failure destination. */
export const topic = <M extends Schema>(
  { message: schema }: TopicAccept<M>,
  fn: (input: TopicInput<StandardSchemaV1.InferOutput<M>>) => Promise<void> | void,
): Handler<unknown, void> =>
  trigger<unknown, void>({
    collect: createMetrics,
    run: async (event, call) => {
      const notifications = snsMessages(event);
      if (!notifications.length) throw new TypeError("Not an SNS event");
      await allOf(notifications, async (sns) => {
        const { MessageId: messageId, Subject: subject } = sns;
        const { payload, correlationId } = openSns(sns);
        const own = callOf(call, correlationId, { message_id: messageId });
        const message = await validated(schema, payload, "the message");
        const named = { messageId: String(messageId), subject: typeof subject === "string" ? subject : undefined };
        await fn(extendCall(own, { message, ...named }));
      });
    },
    seal: (_reply, _event, open) => open.close(),
  });
