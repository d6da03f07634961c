// Tags of objects: put, get, delete. They change no bytes and no date.
import { parseXml } from "../protocols/rest-xml.ts";
import { S3_LIMITS } from "./limits.ts";
import { objectId, type S3State, type Tags } from "./model.ts";
import { readDocument } from "./receive.ts";
import { needObject, type S3Action, type S3Call, xml } from "./request.ts";
import { parseTagSet, tagSetXml } from "./tags.ts";

const setTags = (s3: S3State, { bucket, key, query, call }: S3Call, tags: Tags): void =>
  s3.ground.store.transaction(() => {
    const object = needObject(s3, call, { bucket, key, versionId: query.get("versionId") });
    s3.objects.put(objectId(bucket, key), { ...object, tags });
  });

const GetObjectTagging: S3Action = (s3, { bucket, key, query, call }) => {
  const { tags } = needObject(s3, call, { bucket, key, versionId: query.get("versionId") });
  return xml("Tagging", tagSetXml(tags));
};

const PutObjectTagging: S3Action = async (s3, request) => {
  const root = parseXml(await readDocument(request), "Tagging");
  setTags(s3, request, parseTagSet(root, S3_LIMITS.objectTags));
  return { status: 200 };
};

const DeleteObjectTagging: S3Action = (s3, request) => {
  setTags(s3, request, {});
  return { status: 204 };
};

export const objectTaggingActions = { GetObjectTagging, PutObjectTagging, DeleteObjectTagging } satisfies Readonly<
  Record<string, S3Action>
>;
