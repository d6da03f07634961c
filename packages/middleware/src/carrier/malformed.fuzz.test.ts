import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import * as v from "valibot";
import { capture } from "../http/request.test.fixture.ts";
import { logEvents } from "../log-events/log-events.ts";
import { objectCreated } from "../object-created/object-created.ts";
import { onEvent } from "../on-event/on-event.ts";
import { queue } from "../queue/queue.ts";
import { schedule } from "../schedule/schedule.ts";
import { stream } from "../stream/stream.ts";
import { topic } from "../topic/topic.ts";

/** Any code point; the unit "binary" means the same and takes half a second to build. */
const character = fc.nat(0x10ffff).map((point) => String.fromCodePoint(point).toWellFormed());

const Message = v.strictObject({ order: v.string() });
const ran = (): void => undefined;
const wrappers: Readonly<Record<string, (event: unknown, context: never) => Promise<unknown>>> = {
  queue: queue({ message: Message, concurrency: 3 }, ran),
  topic: topic({ message: Message }, ran),
  stream: stream({ image: Message }, ran),
  schedule: schedule(ran),
  onEvent: onEvent({ detail: Message }, ran),
  objectCreated: objectCreated({}, ran),
  logEvents: logEvents({ line: Message }, ran),
};

// Names and values that the wrappers look for, put together wrongly.
const name = fc.constantFrom(
  ..."Records eventSource Sns Message MessageId Type body messageId attributes messageAttributes MessageAttributes correlationId detail detail-type source resources time dynamodb NewImage OldImage Keys SequenceNumber eventName s3 object bucket key requestPayload requestContext awslogs data S N M L B NS __proto__".split(
    " ",
  ),
);
const text = fc.oneof(
  fc.constantFrom(
    ...'aws:sqs aws:dynamodb aws:sns Notification INSERT MODIFY ObjectCreated:Put {} {"order":"a"} %E0%A4 Scheduled\u0020Event'.split(
      " ",
    ),
  ),
  fc.string({ unit: character, maxLength: 20 }),
);
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 5, depthSize: "small" },
    text,
    fc.constantFrom(null, undefined, 0, -1, Number.NaN, true),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(name, tie("value"), { maxKeys: 6 }),
    fc.dictionary(name, tie("value"), { maxKeys: 4 }).map((fields) => JSON.stringify(fields)),
  ),
}));
const source = fc.constantFrom("aws:sqs", "aws:dynamodb", "aws:sns", "aws:s3");
const record = fc
  .tuple(source, fc.dictionary(name, value, { maxKeys: 8 }))
  .map(([eventSource, fields]) => ({ ...fields, eventSource, EventSource: eventSource }));
const event = fc.oneof(
  value,
  fc.record({ Records: fc.array(record, { maxLength: 4 }) }),
  fc
    .dictionary(name, value, { maxKeys: 8 })
    .map((fields) => ({ ...fields, "detail-type": "Scheduled Event", source: "s" })),
);

test.each(Object.entries(wrappers))(
  "%s throws an error or names what failed, whatever comes, and changes nothing of it",
  async (_name, handler) => {
    await fc.assert(
      fc.asyncProperty(event, async (given) => {
        const before = structuredClone(given);
        const records = (given as { Records?: unknown[] } | undefined | null)?.Records;
        const outcome = await capture(handler, given).then(
          ([result]) => result,
          (error: unknown) => error,
        );
        expect(given).toEqual(before);
        if (outcome instanceof Error || outcome === undefined) return;
        const { batchItemFailures } = outcome as { batchItemFailures: readonly { itemIdentifier: unknown }[] };
        expect(batchItemFailures.length).toBeLessThanOrEqual(records?.length ?? 0);
        for (const { itemIdentifier } of batchItemFailures) expect(typeof itemIdentifier).toBe("string");
      }),
      { seed: 20_261_122, numRuns: 400 },
    );
  },
);
