import { expect, test } from "@jest/globals";
import * as v from "valibot";
import { http } from "../http/http.ts";
import { accepted } from "../http/replies.ts";
import { capture, linesOf, request } from "../http/request.test.fixture.ts";
import { queue } from "../queue/queue.ts";
import { topic } from "../topic/topic.ts";
import { correlationAttributes } from "./carrier.ts";
import { envelope, sns, sqs } from "./sources.test.fixture.ts";

/** What a function published: its attributes, as an SDK client would be given them. */
type Sent = ReturnType<typeof correlationAttributes>;
const Order = v.strictObject({ order: v.string() });
const idsIn = (out: string): unknown[] => [...new Set(linesOf(out).flatMap((line) => line["correlation_id"] ?? []))];

test("one id goes from a request through a topic and two queues", async () => {
  const sent: Sent[] = [];
  const pass = (call: { correlationId: string }): number => sent.push(correlationAttributes(call));
  const passed = (): string => sent.at(-1)?.correlationId.StringValue ?? "";
  const orders = http({ body: Order }, (call) => {
    pass(call);
    return accepted({});
  });
  const announce = topic({ message: Order }, (call) => {
    pass(call);
    call.log.info("announced");
  });
  const ship = queue({ message: Order }, (call) => {
    pass(call);
    call.log.info("shipped");
  });
  const order = { order: "a" };
  const [, atHttp] = await capture(orders, request("POST /orders", { body: JSON.stringify(order) }));
  const [, atTopic] = await capture(announce, sns(order, passed()));
  const [, behindTopic] = await capture(ship, sqs({ id: "1", body: envelope(order, passed()) }));
  const [, atQueue] = await capture(ship, sqs({ id: "2", body: order, correlationId: passed() }));
  const id = "JKJaXmPLvHcESHA=";
  expect([atHttp, atTopic, behindTopic, atQueue].map(idsIn)).toEqual([[id], [id], [id], [id]]);
  expect(sent.map(({ correlationId }) => correlationId.StringValue)).toEqual([id, id, id, id]);
});
