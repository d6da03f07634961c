// Log events that match a subscription filter go to its function, gzipped, one invocation per write.
import { gzipSync } from "node:zlib";
import type { LogEvents } from "../bus/bus.ts";
import { struckDelivery } from "../deliveries/struck-delivery.ts";
import { AwsError } from "../gateway/aws-error.ts";
import { ACCOUNT } from "../gateway/service.ts";
import type { LogsService } from "../logs/index.ts";
import type { Ground, Lambda } from "../ports.ts";

export interface LogSubscriptionPorts {
  readonly logs: Pick<LogsService, "groupArn" | "subscriptions">;
  readonly lambda: Pick<Lambda, "invokeAsync" | "permits">;
}

/** Asynchronous payloads may have 256 KB; the rest is for the envelope. */
const LARGEST_DATA_CHARACTERS = 250 * 1024;

interface Delivery extends LogEvents {
  readonly filterName: string;
  readonly destinationArn: string;
}

/** The same events, cut in another place. */
const halves = (delivery: Delivery): readonly Delivery[] => {
  const { events } = delivery;
  const middle = Math.ceil(events.length / 2);
  return [events.slice(0, middle), events.slice(middle)]
    .filter(({ length }) => length > 0)
    .map((part) => ({ ...delivery, events: part }));
};

/** Payloads of one delivery: more than one when the events do not fit. */
const payloadsOf = (delivery: Delivery): readonly string[] => {
  const { group, stream, filterName, events } = delivery;
  const message = {
    messageType: "DATA_MESSAGE",
    owner: ACCOUNT,
    logGroup: group,
    logStream: stream,
    subscriptionFilters: [filterName],
    logEvents: events,
  };
  const data = gzipSync(JSON.stringify(message)).toString("base64");
  if (data.length <= LARGEST_DATA_CHARACTERS || events.length === 1) return [JSON.stringify({ awslogs: { data } })];
  return halves(delivery).flatMap(payloadsOf);
};

/** Delivers what the subscription filters of `logs` select, if the function's policy lets CloudWatch Logs invoke it. */
export const connectLogSubscriptions = (ground: Ground, { logs, lambda }: LogSubscriptionPorts): void => {
  const { bus, report } = ground;
  const permitted = (destinationArn: string, groupArn: string): boolean =>
    lambda.permits(destinationArn, "logs.amazonaws.com", `${groupArn}:*`);

  logs.subscriptions.setDestinationCheck((destinationArn, groupArn) => {
    if (permitted(destinationArn, groupArn)) return;
    const message =
      "Could not execute the lambda function. Make sure you have given CloudWatch Logs permission to execute your function.";
    throw new AwsError("InvalidParameterException", 400, message);
  });

  const send = struckDelivery<Delivery>(ground, {
    name: "logs_overtaken",
    deliver: (delivery) => {
      const { destinationArn, group, events } = delivery;
      try {
        if (!permitted(destinationArn, logs.groupArn(group))) throw new Error("CloudWatch Logs may not invoke it");
        for (const payload of payloadsOf(delivery)) lambda.invokeAsync({ functionName: destinationArn, payload });
      } catch (error) {
        report(`${events.length} log events of ${group} could not be delivered to ${destinationArn}`, error);
      }
    },
    again: halves,
  });
  bus.on("log-written", ({ group, stream, events }) => {
    for (const { name: filterName, destinationArn, matches } of logs.subscriptions.list(group)) {
      const selected = events.filter(({ message }) => matches(message));
      const about = { service: "logs", resource: logs.groupArn(group) };
      if (selected.length > 0) send({ group, stream, events: selected, filterName, destinationArn }, about);
    }
  });
};
