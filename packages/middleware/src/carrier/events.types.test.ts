import { expect, test } from "@jest/globals";
import * as v from "valibot";
import { onEvent } from "../on-event/on-event.ts";
import { queue } from "../queue/queue.ts";
import { schedule } from "../schedule/schedule.ts";
import { same } from "../schema/same.test.fixture.ts";
import { stream } from "../stream/stream.ts";
import { topic } from "../topic/topic.ts";

const Order = v.strictObject({ order: v.string(), count: v.optional(v.pipe(v.string(), v.transform(Number))) });
interface Ordered {
  order: string;
  count?: number | undefined;
}

test("types come from the schemas", () => {
  const handlers = [
    queue({ message: Order }, ({ message, receiveCount }) => {
      same<typeof message, Ordered>(true);
      same<typeof receiveCount, number>(true);
    }),
    topic(
      { message: v.variant("kind", [v.object({ kind: v.literal("a") }), v.object({ kind: v.literal("b") })]) },
      (input) => same<typeof input.message, { kind: "a" } | { kind: "b" }>(true),
    ),
    stream({ image: Order }, ({ change, old, new: image }) => {
      same<typeof change, "INSERT" | "MODIFY" | "REMOVE">(true);
      same<typeof old, Ordered | undefined>(true);
      same<typeof image, Ordered | undefined>(true);
    }),
    onEvent({ detail: Order }, ({ detail }) => same<typeof detail, Ordered>(true)),
    schedule(({ time, name }) => same<typeof time, typeof name>(true)),
  ];
  expect(handlers).toHaveLength(5);
});

test("what a schema does not have is not there", () => {
  // @ts-expect-error no such field
  expect(queue({ message: Order }, ({ message }) => void message.ordre)).toBeInstanceOf(Function);
  // @ts-expect-error a queue needs a schema
  expect(() => queue({}, () => undefined)).not.toThrow();
});
