// DeleteObjects: up to 1,000 keys, each allowed or denied and answered by itself.
import { AwsError } from "../gateway/aws-error.ts";
import { childrenOf, needText, onlyChildren, parseXml, textOf, type Xml, type XmlNode } from "../protocols/rest-xml.ts";
import { s3Error } from "./errors.ts";
import type { Headers } from "./headers.ts";
import { S3_LIMITS } from "./limits.ts";
import type { S3State } from "./model.ts";
import { readDocument } from "./receive.ts";
import { demand, needBucket, needOn, type S3Action, type S3Call, xml } from "./request.ts";
import { checkVersionId } from "./versions.ts";
import { removeObject } from "./write.ts";

interface Outcome {
  readonly Deleted?: Xml;
  readonly Error?: Xml;
}

const deleteOne = (s3: S3State, { bucket, call }: S3Call, node: XmlNode): Outcome => {
  const key = needText(onlyChildren(node, ["Key", "VersionId", "ETag"]), "Key");
  const versionId = textOf(node, "VersionId");
  const etag = textOf(node, "ETag");
  const about = { Key: key, ...(versionId !== undefined && { VersionId: versionId }) };
  try {
    demand(s3, call, [needOn(versionId === undefined ? "DeleteObject" : "DeleteObjectVersion", bucket, key)]);
    const headers: Headers = etag === undefined ? {} : { "if-match": etag };
    const removed = removeObject(s3, { caller: call, bucket, key, headers, versionId: checkVersionId(versionId) });
    const marker = removed?.deleteMarker && { DeleteMarker: true, DeleteMarkerVersionId: removed.versionId };
    return { Deleted: { ...about, ...marker } };
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return { Error: { ...about, Code: error.code, Message: error.message } };
  }
};

const DeleteObjects: S3Action = async (s3, request) => {
  needBucket(s3, request.bucket);
  const root = parseXml(await readDocument(request, true), "Delete");
  const nodes = childrenOf(onlyChildren(root, ["Object", "Quiet"]), "Object");
  if (nodes.length === 0 || nodes.length > S3_LIMITS.pageSize) throw s3Error("MalformedXML");
  const outcomes = nodes.map((node) => deleteOne(s3, request, node));
  const quiet = textOf(root, "Quiet")?.trim() === "true";
  return xml("DeleteResult", {
    Deleted: quiet ? [] : outcomes.flatMap(({ Deleted }) => Deleted ?? []),
    Error: outcomes.flatMap(({ Error }) => Error ?? []),
  });
};

export const deleteObjectsActions = { DeleteObjects } satisfies Readonly<Record<string, S3Action>>;
