import { expect, test } from "@jest/globals";
import * as v from "valibot";
import { busEvent } from "../carrier/sources.test.fixture.ts";
import { capture } from "../http/request.test.fixture.ts";
import { onEvent } from "./on-event.ts";

const inputs: unknown[] = [];
const handler = onEvent({ detail: v.looseObject({ order: v.string() }) }, (input) => {
  const { detail, detailType, source, eventId, time, correlationId } = input;
  if (detail.order === "bad") throw new Error("cannot take it");
  inputs.push({ order: detail.order, detailType, source, eventId, time, correlationId });
});

test("the detail is validated and comes with what the envelope says", async () => {
  await capture(handler, busEvent({ order: "a" }));
  await capture(handler, busEvent({ order: "b", correlationId: "c-1" }));
  const told = { detailType: "Order placed", source: "shop", eventId: "e-1", time: "2026-11-21T05:00:00Z" };
  expect(inputs).toEqual([
    { ...told, order: "a", correlationId: "e-1" },
    { ...told, order: "b", correlationId: "c-1" },
  ]);
});

test("a failure is thrown, and so is what does not fit", async () => {
  await expect(capture(handler, busEvent({ order: "bad" }))).rejects.toThrow("cannot take it");
  await expect(capture(handler, busEvent({}))).rejects.toThrow("validation-failed: 1 problem in the detail");
  for (const event of [{}, null, 1, { detail: {} }])
    await expect(capture(handler, event)).rejects.toThrow("Not an event of EventBridge");
});
