// What S3 tells EventBridge: another shape than its notifications, and the key not encoded.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
import type { ObjectEvent } from "../bus/bus.ts";
import { ACCOUNT } from "../gateway/service.ts";
import type { Delivery } from "../ports.ts";

const REASONS: Readonly<Record<string, string>> = {
  Put: "PutObject",
  Post: "POST Object",
  Copy: "CopyObject",
  CompleteMultipartUpload: "CompleteMultipartUpload",
};

/** What only this kind of event has. */
const detailsOf = (kind: string, way: string): { readonly detailType: string; readonly details: object } => {
  if (kind === "ObjectCreated") return { detailType: "Object Created", details: { reason: REASONS[way] } };
  if (kind === "ObjectTagging")
    return { detailType: way === "Put" ? "Object Tags Added" : "Object Tags Deleted", details: {} };
  const reason = kind === "LifecycleExpiration" ? "Lifecycle Expiration" : "DeleteObject";
  const deletion = way === "Delete" ? "Permanently Deleted" : "Delete Marker Created";
  return { detailType: "Object Deleted", details: { reason, "deletion-type": deletion } };
};

/** Source, detail-type, resources and detail of an event for the bus. */
export const eventBridgeDelivery = (
  event: ObjectEvent,
): Pick<Delivery, "source" | "detailType" | "resources" | "body"> => {
  const { bucket, key, sizeBytes, etag, versionId, sequencer, eventName, requestId, principalId } = event;
  const [kind = "", way = ""] = eventName.split(":");
  const { detailType, details } = detailsOf(kind, way);
  const lifecycle = kind === "LifecycleExpiration";
  const object = {
    key,
    ...(kind === "ObjectCreated" && { size: sizeBytes }),
    ...(etag !== "" && { etag }),
    ...(versionId !== undefined && { "version-id": versionId }),
    ...(kind !== "ObjectTagging" && { sequencer }),
  };
  const detail = {
    version: "0",
    bucket: { name: bucket },
    object,
    "request-id": requestId,
    requester: lifecycle ? principalId : ACCOUNT,
    ...(!lifecycle && { "source-ip-address": "127.0.0.1" }),
    ...details,
  };
  return { source: "aws.s3", detailType, resources: [`arn:aws:s3:::${bucket}`], body: JSON.stringify(detail) };
};
