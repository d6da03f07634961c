// Tags of objects: put, get, delete. They change no bytes and no date.
import { parseXml } from "../protocols/rest-xml.ts";
import { versionHeader } from "./headers.ts";
import { S3_LIMITS } from "./limits.ts";
import type { S3State, StoredObject, Tags } from "./model.ts";
import { readDocument } from "./receive.ts";
import { needObject, type S3Action, type S3Call, xml } from "./request.ts";
import { parseTagSet, tagSetXml } from "./tags.ts";
import { tagObject } from "./write.ts";

const tagged = (s3: S3State, { bucket, key, query, call }: S3Call): StoredObject =>
  needObject(s3, call, { bucket, key, versionId: query.get("versionId") });

const setTags = (s3: S3State, request: S3Call, tags: Tags): Record<string, string> =>
  s3.ground.store.transaction(() => {
    const object = tagged(s3, request);
    tagObject(s3, { caller: request.call, bucket: request.bucket, object, tags });
    return versionHeader(object);
  });

const GetObjectTagging: S3Action = (s3, request) => {
  const object = tagged(s3, request);
  return xml("Tagging", tagSetXml(object.tags), versionHeader(object));
};

const PutObjectTagging: S3Action = async (s3, request) => {
  const root = parseXml(await readDocument(request), "Tagging");
  return { status: 200, headers: setTags(s3, request, parseTagSet(root, S3_LIMITS.objectTags)) };
};

const DeleteObjectTagging: S3Action = (s3, request) => ({ status: 204, headers: setTags(s3, request, {}) });

export const objectTaggingActions = { GetObjectTagging, PutObjectTagging, DeleteObjectTagging } satisfies Readonly<
  Record<string, S3Action>
>;
