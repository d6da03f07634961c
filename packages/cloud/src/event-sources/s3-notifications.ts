// S3 → Lambda: checks targets when a bucket is configured, and delivers the records of what happens in it.
import type { ObjectEvent } from "../bus/bus.ts";
import { AwsError } from "../gateway/aws-error.ts";
import type { Ground, Lambda } from "../ports.ts";
import { formEncodeKey } from "../protocols/form-encoding.ts";
import { hostId } from "../protocols/host-id.ts";

const SERVICE = "s3.amazonaws.com";

interface Rule {
  readonly id: string;
  readonly targetArn: string;
}

/** What S3 offers to whoever delivers its notifications. */
export interface NotificationSource {
  readonly notifications: {
    readonly checkTargets: (
      check: (bucket: string, configuration: { readonly functions: readonly Rule[] }) => void,
    ) => void;
    readonly rulesFor: (event: ObjectEvent) => readonly Rule[];
  };
}

export interface NotificationPorts {
  readonly s3: NotificationSource;
  readonly lambda: Pick<Lambda, "exists" | "permits" | "invokeAsync">;
}

const arnOf = (bucket: string): string => `arn:aws:s3:::${bucket}`;

/** One record of event version 2.1: https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html */
export const recordOf = (event: ObjectEvent, configurationId: string): object => {
  const removed = event.eventName.startsWith("ObjectRemoved");
  const object = {
    key: formEncodeKey(event.key),
    ...(!removed && { size: event.sizeBytes, eTag: event.etag }),
    ...(event.versionId !== undefined && { versionId: event.versionId }),
    sequencer: event.sequencer,
  };
  return {
    eventVersion: "2.1",
    eventSource: "aws:s3",
    awsRegion: event.region,
    eventTime: new Date(event.time).toISOString(),
    eventName: event.eventName,
    userIdentity: { principalId: event.principalId },
    requestParameters: { sourceIPAddress: "127.0.0.1" },
    responseElements: {
      "x-amz-request-id": event.requestId,
      "x-amz-id-2": hostId(event.requestId),
    },
    s3: {
      s3SchemaVersion: "1.0",
      configurationId,
      bucket: { name: event.bucket, ownerIdentity: { principalId: "ALOCALOWNER00" }, arn: arnOf(event.bucket) },
      object,
    },
  };
};

const unreachable = (targetArn: string, why: string): AwsError =>
  new AwsError("InvalidArgument", 400, "Unable to validate the following destination configurations", {
    ArgumentName: `${targetArn}, null`,
    ArgumentValue: why,
  });

/** Delivers S3's events to functions. Runs inside S3's commit: an event is accepted with its object, or neither is. */
export const connectS3Notifications = (ground: Ground, { s3, lambda }: NotificationPorts): void => {
  s3.notifications.checkTargets((bucket, { functions }) => {
    for (const { targetArn } of functions) {
      if (!lambda.exists(targetArn)) throw unreachable(targetArn, "The destination Lambda function does not exist");
      if (!lambda.permits(targetArn, SERVICE, arnOf(bucket)))
        throw unreachable(targetArn, `Not authorized to invoke function [${targetArn}]`);
    }
  });

  const deliver = (event: ObjectEvent, { id, targetArn }: Rule): void => {
    const what = `s3://${event.bucket}/${event.key} (${event.eventName}) was not delivered to ${targetArn}`;
    try {
      if (!lambda.permits(targetArn, SERVICE, arnOf(event.bucket))) {
        ground.report(`${what}: its resource policy does not let ${SERVICE} invoke it`);
        return;
      }
      const payload = JSON.stringify({ Records: [recordOf(event, id)] });
      lambda.invokeAsync({ functionName: targetArn, payload, ...(event.traceId && { traceId: event.traceId }) });
    } catch (error) {
      ground.report(what, error); // the object is stored all the same, as on AWS
    }
  };
  const deliverAll = (event: ObjectEvent): void => {
    for (const rule of s3.notifications.rulesFor(event)) deliver(event, rule);
  };
  ground.bus.on("object-created", deliverAll);
  ground.bus.on("object-removed", deliverAll);
};
