// S3 → functions, queues, topics and the default event bus: checks targets when a bucket is configured, and delivers
// the records of what happens in it.
import type { ObjectEvent } from "../bus/bus.ts";
import { struckDelivery } from "../deliveries/struck-delivery.ts";
import { AwsError } from "../gateway/aws-error.ts";
import { ACCOUNT } from "../gateway/service.ts";
import type { Deliver, Delivery, Ground, Lambda } from "../ports.ts";
import { formEncodeKey } from "../protocols/form-encoding.ts";
import { hostId } from "../protocols/host-id.ts";
import type { S3Notifications } from "../s3/index.ts";
import { eventBridgeDelivery } from "./s3-notifications-event-bridge.ts";

const SERVICE = "s3.amazonaws.com";

export interface NotificationPorts {
  readonly s3: { readonly notifications: S3Notifications };
  readonly lambda: Pick<Lambda, "exists" | "permits">;
  readonly deliver: Deliver;
}

const arnOf = (bucket: string): string => `arn:aws:s3:::${bucket}`;
const kindOf = (targetArn: string): string => targetArn.split(":")[2] ?? "";

/** Which fields tell of the object: https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html */
const objectOf = ({ key, sizeBytes, etag, versionId, sequencer, eventName }: ObjectEvent): object => ({
  key: formEncodeKey(key),
  ...(eventName.startsWith("ObjectCreated") && { size: sizeBytes }),
  ...(etag !== "" && { eTag: etag }),
  ...(versionId !== undefined && { versionId }),
  sequencer,
});

/** One record of event version 2.1; lifecycle and tagging events are of 2.3. */
const recordOf = (event: ObjectEvent, configurationId: string): object => ({
  eventVersion: /^(LifecycleExpiration|ObjectTagging)/.test(event.eventName) ? "2.3" : "2.1",
  eventSource: "aws:s3",
  awsRegion: event.region,
  eventTime: new Date(event.time).toISOString(),
  eventName: event.eventName,
  userIdentity: { principalId: event.principalId },
  requestParameters: { sourceIPAddress: event.principalId === SERVICE ? SERVICE : "127.0.0.1" },
  responseElements: {
    "x-amz-request-id": event.requestId,
    "x-amz-id-2": hostId(event.requestId),
  },
  s3: {
    s3SchemaVersion: "1.0",
    configurationId,
    bucket: { name: event.bucket, ownerIdentity: { principalId: "ALOCALOWNER00" }, arn: arnOf(event.bucket) },
    object: objectOf(event),
  },
});

const unreachable = (targetArn: string, why: string): AwsError =>
  new AwsError("InvalidArgument", 400, "Unable to validate the following destination configurations", {
    ArgumentName1: `${targetArn}, null`,
    ArgumentValue1: why,
  });

const to = (targetArn: string, bucket: string, body: object): Delivery => ({
  targetArn,
  principal: { kind: "service", name: SERVICE },
  sourceArn: arnOf(bucket),
  body: JSON.stringify(body),
  ...(kindOf(targetArn) === "sns" && { subject: "Amazon S3 Notification" }),
});

/** Queues and topics get a test event; whether it arrives is the check. Functions get none, but must permit S3. */
const checkTarget = (
  { clock }: Pick<Ground, "clock">,
  { lambda, deliver }: NotificationPorts,
  { bucket, targetArn }: { readonly bucket: string; readonly targetArn: string },
): void => {
  const kind = kindOf(targetArn);
  if (kind === "lambda") {
    if (!lambda.exists(targetArn)) throw unreachable(targetArn, "The destination Lambda function does not exist");
    if (lambda.permits(targetArn, SERVICE, arnOf(bucket))) return;
    throw unreachable(targetArn, `Not authorized to invoke function [${targetArn}]`);
  }
  const RequestId = "0000000000000000";
  const test = { Service: "Amazon S3", Event: "s3:TestEvent", Time: new Date(clock.now()).toISOString() };
  try {
    deliver(to(targetArn, bucket, { ...test, Bucket: bucket, RequestId, HostId: hostId(RequestId) }));
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const target = kind === "sqs" ? "queue" : "topic";
    const gone = /NonExistent|DoesNotExist|NotFound/.test(error.code);
    const denied = `Permissions on the destination ${target} do not allow S3 to publish notifications from this bucket`;
    throw unreachable(targetArn, gone ? `The destination ${target} does not exist` : denied);
  }
};

/** Delivers S3's events. Runs inside S3's commit: an event is accepted with its object, or neither is. */
export const connectS3Notifications = (ground: Ground, ports: NotificationPorts): void => {
  const { s3, deliver } = ports;
  const { bus, clock, report, traces } = ground;
  s3.notifications.checkTargets((bucket, { rules }) => {
    for (const { targetArn } of rules) checkTarget(ground, ports, { bucket, targetArn });
  });

  const send = struckDelivery<Delivery>(ground, {
    name: "s3_overtaken",
    deliver: (delivery) => {
      const { targetArn, traceId, sourceArn } = delivery;
      let status = "ok";
      try {
        deliver(delivery);
      } catch (error) {
        status = "error";
        report(`An event of ${sourceArn} was not delivered to ${targetArn}`, error); // the object is stored all the same
      }
      if (traceId === undefined) return;
      const name = `s3 → ${targetArn.split(":").at(-1) ?? ""}`;
      traces.add({ trace: traceId, kind: "delivery", name, resource: targetArn, start: clock.now(), ms: 0, status });
    },
  });
  const deliverAll = (event: ObjectEvent): void => {
    const { rules, eventBridge } = s3.notifications.rulesFor(event);
    const { bucket, traceId } = event;
    const traced = traceId === undefined ? {} : { traceId };
    const about = { service: "s3", resource: arnOf(bucket) };
    for (const { id, targetArn } of rules)
      send({ ...to(targetArn, bucket, { Records: [recordOf(event, id)] }), ...traced }, about);
    if (!eventBridge) return;
    const busArn = `arn:aws:events:${event.region}:${ACCOUNT}:event-bus/default`;
    send({ ...to(busArn, bucket, {}), ...eventBridgeDelivery(event), ...traced }, about);
  };
  bus.on("object-created", deliverAll);
  bus.on("object-removed", deliverAll);
  bus.on("object-tagged", deliverAll);
};
