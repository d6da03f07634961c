// What lifecycle rules do: every midnight UTC they take away what is due. AWS starts then too, and may take longer (u).
import { randomUUID } from "node:crypto";
import { DAY_MS, everyMidnight } from "../clock/daily.ts";
import { dropUpload } from "./buckets.ts";
import { S3_LIMITS } from "./limits.ts";
import { lifecycle, type LifecycleRule, ruleCovers } from "./lifecycle-rules.ts";
import type { Bucket, S3State, StoredObject } from "./model.ts";
import type { S3Action } from "./request.ts";
import { settingActions } from "./settings.ts";
import { versionsOf } from "./versions.ts";
import { removeObject } from "./write.ts";

interface Run {
  readonly s3: S3State;
  readonly bucket: Bucket;
  readonly rules: readonly LifecycleRule[];
  readonly now: number;
}

const remove = ({ s3, bucket }: Run, { key }: StoredObject, versionId?: string): void => {
  const caller = { principal: { kind: "service", name: "s3.amazonaws.com" }, requestId: randomUUID() } as const;
  const { name, region } = bucket;
  removeObject(s3, { caller: { ...caller, region }, bucket: name, key, versionId, by: "LifecycleExpiration" });
};

/** Days count from a time on, and to the midnight after them: a run is at midnight. */
const isOver = (since: number, days: number | undefined, now: number): boolean =>
  days !== undefined && since + days * DAY_MS <= now;

const expires = ({ rules, now }: Run, object: StoredObject): boolean =>
  rules.some((rule) => ruleCovers(rule, object) && isOver(object.lastModified, rule.days, now));

const ageKey = (run: Run, key: string): void => {
  const { s3, bucket, rules, now } = run;
  const versions = [...versionsOf(s3, bucket.name, key)];
  const [newest, ...noncurrent] = versions;
  const gone = noncurrent.filter((version, index) => {
    const since = versions[index]?.lastModified ?? now; // it is noncurrent since the next one came
    return rules.some((rule) => ruleCovers(rule, version) && isOver(since, rule.noncurrentDays, now));
  });
  for (const version of gone) remove(run, version, version.versionId);
  if (newest === undefined || !expires(run, newest)) return;
  if (!newest.deleteMarker) remove(run, newest);
  else if (gone.length === noncurrent.length) remove(run, newest, newest.versionId); // it hides nothing any more
};

/** Page by page, each one commit, so that large buckets fit in memory. */
const ageObjects = (run: Run): void => {
  const { s3, bucket } = run;
  const prefix = `${bucket.name}/`;
  const table = bucket.versioning === undefined ? s3.objects : s3.versions;
  for (let after = ""; ;) {
    const rows = table.list({ prefix, after, limit: S3_LIMITS.pageSize });
    s3.ground.store.transaction(() => {
      if (bucket.versioning !== undefined)
        for (const key of new Set(rows.map(([, version]) => version.key))) ageKey(run, key);
      else for (const [, object] of rows) if (expires(run, object)) remove(run, object);
    });
    after = rows.at(-1)?.[0] ?? "";
    if (rows.length < S3_LIMITS.pageSize) return;
  }
};

const ageUploads = ({ s3, bucket, rules, now }: Run): void =>
  s3.ground.store.transaction(() => {
    for (const [, upload] of s3.uploads.list({ prefix: `${bucket.name}/` })) {
      const isDue = (rule: LifecycleRule): boolean =>
        ruleCovers(rule, upload) && isOver(upload.initiatedAt, rule.abortDays, now);
      if (rules.some(isDue)) dropUpload(s3, upload);
    }
  });

const runAll = (s3: S3State): void => {
  const now = s3.ground.clock.now();
  for (const [, bucket] of s3.buckets.list()) {
    if (bucket.lifecycle === undefined) continue;
    const run = { s3, bucket, rules: bucket.lifecycle, now };
    ageObjects(run);
    ageUploads(run);
  }
};

/** To be asked again whenever rules were put. */
export const lifecycleTimer = (s3: S3State): { readonly ask: () => void } =>
  everyMidnight(s3.ground.clock, "S3 lifecycle", {
    isNeeded: () => s3.buckets.list().some(([, bucket]) => bucket.lifecycle !== undefined),
    run: () => runAll(s3),
  });

export const lifecycleActions: Readonly<Record<string, S3Action>> = settingActions(
  ["lifecycle", "BucketLifecycleConfiguration"],
  lifecycle,
  "NoSuchLifecycleConfiguration",
);
