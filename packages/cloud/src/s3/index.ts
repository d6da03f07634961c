// S3: buckets and objects, by its REST API, by CloudFormation, and for the other services.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import type { ObjectEvent } from "../bus/bus.ts";
import type { Action, AwsResponse, Call, ErrorContext, Service } from "../gateway/service.ts";
import type { Ground, S3 } from "../ports.ts";
import { hostId } from "../protocols/host-id.ts";
import { xmlError } from "../protocols/rest-xml.ts";
import { openBodies } from "./bodies.ts";
import { bucketActions, emptyBucket } from "./buckets.ts";
import { bucketConfigurationActions } from "./bucket-configuration.ts";
import { copyActions } from "./copy.ts";
import { corsActions, corsHeadersFor } from "./cors.ts";
import { deleteObjectsActions } from "./delete-objects.ts";
import { s3Error } from "./errors.ts";
import { describe, HONOURED_HEADERS } from "./headers.ts";
import { promised } from "./integrity.ts";
import { listObjectsActions } from "./list-objects.ts";
import { lifecycleActions, lifecycleTimer } from "./lifecycle.ts";
import { listUploadsActions } from "./list-uploads.ts";
import { type CheckTargets, objectId, type S3Iam, type S3State } from "./model.ts";
import { multipartActions } from "./multipart.ts";
import { needsOf } from "./needs.ts";
import { noTargets, notificationActions } from "./notification.ts";
import { type NotificationConfiguration, wantsEvent, wantsKey } from "./notification-rules.ts";
import { objectActions } from "./objects.ts";
import { objectTaggingActions } from "./object-tagging.ts";
import { policyActions } from "./policy.ts";
import { policyOf } from "./policy-rules.ts";
import { postObjectActions } from "./post-object.ts";
import { recordOf, store } from "./receive.ts";
import { needBucket, needOn, s3Call, type S3Action } from "./request.ts";
import { s3Types } from "./resources.ts";
import { decode } from "./route.ts";
import { COPIES, ROUTES } from "./routes.ts";
import { versioningActions } from "./versioning.ts";
import { writeObject } from "./write.ts";

/** What connects notifications to their targets. */
export interface S3Notifications {
  /** Says how targets of a configuration are checked before it is stored. */
  readonly checkTargets: (check: CheckTargets) => void;
  /** The rules that want this event. */
  readonly rulesFor: (event: Pick<ObjectEvent, "bucket" | "key" | "eventName">) => NotificationConfiguration;
}

const ACTIONS: Readonly<Record<string, S3Action>> = {
  ...bucketActions,
  ...bucketConfigurationActions,
  ...corsActions,
  ...policyActions,
  ...versioningActions,
  ...lifecycleActions,
  ...notificationActions,
  ...objectActions,
  ...objectTaggingActions,
  ...deleteObjectsActions,
  ...listObjectsActions,
  ...multipartActions,
  ...listUploadsActions,
  ...copyActions,
  ...postObjectActions,
};

/** Of the query; and the headers that requests with a body to store may have. */
const parametersOf = (name: string): readonly string[] =>
  ROUTES.filter(({ action }) => action === name || COPIES[action] === name).flatMap(({ by, may, method, level }) => [
    ...by,
    ...may,
    ...(level === "object" && (method === "PUT" || method === "POST") ? HONOURED_HEADERS : []),
  ]);

const openState = (ground: Ground, iam: S3Iam, checkTargets: CheckTargets): S3State => {
  const { store } = ground;
  const folder = join(store.folder, "s3");
  mkdirSync(folder, { recursive: true });
  let midnight: { readonly ask: () => void } | undefined;
  const s3: S3State = {
    ground,
    iam,
    bodies: openBodies(folder),
    buckets: store.table("s3_buckets"),
    objects: store.table("s3_objects"),
    versions: store.table("s3_versions"),
    uploads: store.table("s3_uploads"),
    parts: store.table("s3_parts"),
    counters: store.table("s3_counters"),
    policies: new Map(),
    checkTargets,
    awaitMidnight: () => midnight?.ask(),
  };
  midnight = lifecycleTimer(s3);
  const recorded = new Set<string>();
  for (const table of [s3.objects, s3.versions, s3.parts])
    for (const [, { segments }] of table.list()) for (const { file } of segments) recorded.add(file);
  s3.bodies.sweep(recorded);
  return s3;
};

/** What every answer carries, errors too. */
const withIds = (
  s3: S3State,
  answer: AwsResponse,
  { requestId, request }: Pick<ErrorContext, "requestId" | "request">,
): AwsResponse => {
  const ids = { "x-amz-request-id": requestId, "x-amz-id-2": hostId(requestId) };
  return { ...answer, headers: Object.assign(ids, answer.headers, request && corsHeadersFor(s3, request)) };
};

/** Opens S3. `notifications` is for whoever connects Lambda and the queues. */
export const createS3 = (
  ground: Ground,
  iam: S3Iam,
): S3 & { readonly service: Service; readonly notifications: S3Notifications } => {
  let checkTargets = noTargets;
  const s3 = openState(ground, iam, (bucket, configuration) => checkTargets(bucket, configuration));
  const actions: Readonly<Record<string, Action>> = Object.fromEntries(
    Object.entries(ACTIONS).map(([name, action]) => {
      return [name, Object.assign((call: Call) => action(s3, s3Call(call)), { parameters: parametersOf(name) })];
    }),
  );
  const service: Service = {
    name: "s3",
    protocol: {
      decode: (request) => Promise.resolve(decode(request)),
      encode: (call, output) => withIds(s3, output as AwsResponse, call), // all actions of REST services answer so
      error: ({ code, status, message, fields = {} }, about) => {
        const { headers, ...elements } = fields as { headers?: AwsResponse["headers"] }; // of s3Error
        const answer = xmlError({ code, status, message, fields: elements }, about);
        return withIds(s3, { ...answer, headers: { ...answer.headers, ...headers } }, about);
      },
    },
    actions,
    needs: (call) => needsOf(s3, call),
    policyOf: (resource) => policyOf(s3, resource),
    types: s3Types(s3),
  };
  return {
    service,
    readObject: async (bucket, key) => {
      needBucket(s3, bucket);
      const object = s3.objects.get(objectId(bucket, key));
      if (object === undefined) throw s3Error("NoSuchKey", { Key: key });
      const body = s3.bodies.read(object.segments, 0, object.sizeBytes - 1);
      return Buffer.isBuffer(body) ? body : buffer(body);
    },
    emptyBucket: (bucket) => emptyBucket(s3, bucket),
    hasBucket: (bucket) => s3.buckets.get(bucket) !== undefined,
    writeObject: async (caller, { bucket, key, contentType }, data) => {
      needBucket(s3, bucket);
      const need = needOn("PutObject", bucket, key);
      const decision = iam.decide(caller.principal, need, policyOf(s3, need.resource));
      if (!decision.allowed) throw s3Error("AccessDenied", {}, decision.message);
      const received = await store(s3, { data: Readable.from(data, { objectMode: false }), promise: promised({}) });
      const object = { ...describe({ "content-type": contentType }), key, ...recordOf(received) };
      writeObject(s3, { caller, bucket, event: "Put", object });
    },
    notifications: {
      checkTargets: (check) => {
        checkTargets = check;
      },
      rulesFor: ({ bucket, key, eventName }) => {
        const { rules = [], eventBridge = false } = s3.buckets.get(bucket)?.notification ?? {};
        return { rules: rules.filter((rule) => wantsEvent(rule, eventName) && wantsKey(rule, key)), eventBridge };
      },
    },
  };
};
