// Which method and which sub-resources make which action. This is an allow-list: a query parameter that is in no row is
// refused, so that `?acl` can never overwrite the object that it was meant to describe.

export type Level = "service" | "bucket" | "object";

export interface Route {
  readonly method: string;
  readonly level: Level;
  /** Query parameters that choose this action. */
  readonly by: readonly string[];
  readonly action: string;
  /** Further query parameters that it honours. */
  readonly may: readonly string[];
}

const route = (spec: string, action: string, may: readonly string[] = []): Route => {
  const [method = "", level = "", ...by] = spec.split(" ");
  return { method, level: level as Level, by, action, may }; // the rows below
};

const OVERRIDES = ["type", "language", "expires", "cache-control", "content-disposition", "content-encoding"];
const READ = ["versionId", ...OVERRIDES.map((name) => `response-${name.replace(/^(type|language)$/, "content-$1")}`)];
const LIST = ["prefix", "delimiter", "max-keys", "encoding-type"];

/** A sub-resource that can be put, got and deleted. */
const configuration = (name: string, noun: string, methods: readonly string[]): readonly Route[] =>
  methods.map((method) => {
    const verb = { GET: "Get", PUT: "Put", DELETE: "Delete" }[method] ?? method;
    return route(`${method} bucket ${name}`, `${verb}${noun}`);
  });

const ALL = ["GET", "PUT", "DELETE"];

/** What a request names decides; where several rows fit, the one with most `by` parameters. */
export const ROUTES: readonly Route[] = [
  route("GET service", "ListBuckets"),
  route("PUT bucket", "CreateBucket"),
  route("HEAD bucket", "HeadBucket"),
  route("DELETE bucket", "DeleteBucket"),
  route("GET bucket", "ListObjects", [...LIST, "marker"]),
  route("GET bucket list-type", "ListObjectsV2", [...LIST, "continuation-token", "start-after", "fetch-owner"]),
  route("GET bucket versions", "ListObjectVersions", [...LIST, "key-marker", "version-id-marker"]),
  route("GET bucket uploads", "ListMultipartUploads", [
    "prefix",
    "delimiter",
    "encoding-type",
    "key-marker",
    "upload-id-marker",
    "max-uploads",
  ]),
  route("POST bucket delete", "DeleteObjects"),
  route("POST bucket", "PostObject"),
  ...configuration("cors", "BucketCors", ALL),
  ...configuration("policy", "BucketPolicy", ALL),
  ...configuration("tagging", "BucketTagging", ALL),
  ...configuration("publicAccessBlock", "PublicAccessBlock", ALL),
  ...configuration("encryption", "BucketEncryption", ALL),
  ...configuration("lifecycle", "BucketLifecycleConfiguration", ALL),
  ...configuration("versioning", "BucketVersioning", ["GET", "PUT"]),
  ...configuration("notification", "BucketNotificationConfiguration", ["GET", "PUT"]),
  route("PUT object partNumber uploadId", "UploadPart"),
  route("GET object uploadId", "ListParts", ["max-parts", "part-number-marker", "encoding-type"]),
  route("POST object uploadId", "CompleteMultipartUpload"),
  route("DELETE object uploadId", "AbortMultipartUpload"),
  route("POST object uploads", "CreateMultipartUpload"),
  route("GET object tagging", "GetObjectTagging", ["versionId"]),
  route("PUT object tagging", "PutObjectTagging", ["versionId"]),
  route("DELETE object tagging", "DeleteObjectTagging", ["versionId"]),
  route("GET object", "GetObject", READ),
  route("HEAD object", "HeadObject", READ),
  route("PUT object", "PutObject"),
  route("DELETE object", "DeleteObject", ["versionId"]),
];

/** Actions of a row that become another one with the header `x-amz-copy-source`. */
export const COPIES: Readonly<Record<string, string>> = { PutObject: "CopyObject", UploadPart: "UploadPartCopy" };
