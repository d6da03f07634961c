// PostObject: a browser's form upload. The gateway cannot know the signer, because the signature is a form field: this
// file verifies it, asks what the signer may do now, and holds the form against the policy that was signed.
import { timingSafeEqual } from "node:crypto";
import type { AwsResponse, Principal } from "../gateway/service.ts";
import { unsupported } from "../gateway/aws-error.ts";
import { boundaryOf, type Form, type FormFile, readForm } from "../protocols/form-data.ts";
import { signText } from "../protocols/sigv4-canonical.ts";
import { invalidArgument, invalidRequest, s3Error } from "./errors.ts";
import { checkHeaders, describe, type Headers, quoted, writtenHeaders } from "./headers.ts";
import { promised } from "./integrity.ts";
import { S3_LIMITS } from "./limits.ts";
import type { S3State, StoredObject } from "./model.ts";
import { checkPostPolicy, parsePostPolicy, type PostPolicy } from "./post-policy.ts";
import { pieces, recordOf, store } from "./receive.ts";
import { demand, needBucket, needOn, type S3Action, type S3Call, xml } from "./request.ts";
import { writeObject } from "./write.ts";

type Fields = ReadonlyMap<string, string>;

const need = (fields: Fields, name: string): string => {
  const value = fields.get(name);
  if (value !== undefined) return value;
  const message = `Bucket POST must contain a field named '${name}'.  If it is specified, please check the order of the fields.`;
  throw invalidArgument(name, "", message);
};

/** Verifies the signature over the base64 policy and answers the signer. */
const signerOf = ({ iam }: S3State, fields: Fields, policy: string): Principal => {
  if (need(fields, "x-amz-algorithm") !== "AWS4-HMAC-SHA256")
    throw s3Error("InvalidArgument", {}, "Only AWS4-HMAC-SHA256 is supported in the field X-Amz-Algorithm");
  const [accessKeyId = "", date = "", region = "", service = "", end, ...more] = need(fields, "x-amz-credential").split(
    "/",
  );
  if (service !== "s3" || end !== "aws4_request" || more.length > 0 || !need(fields, "x-amz-date").startsWith(date))
    throw invalidRequest("The X-Amz-Credential field is malformed: <key>/<date>/<region>/s3/aws4_request expected");
  const key = iam.findKey(accessKeyId);
  if (key === undefined) throw s3Error("InvalidAccessKeyId", { AWSAccessKeyId: accessKeyId });
  if (key.sessionToken !== undefined && key.sessionToken !== fields.get("x-amz-security-token"))
    throw s3Error("InvalidToken");
  const given = Buffer.from(need(fields, "x-amz-signature"));
  const expected = Buffer.from(signText(key.secretAccessKey, { date, region, service }, policy));
  if (given.length !== expected.length || !timingSafeEqual(given, expected))
    throw s3Error("SignatureDoesNotMatch", { AWSAccessKeyId: accessKeyId, StringToSign: policy });
  return key.principal;
};

interface Granted {
  readonly principal: Principal;
  readonly contentLength?: PostPolicy["contentLength"];
}

/** A form without policy is an anonymous upload: the bucket policy decides. */
const grant = (s3: S3State, fields: Fields): Granted => {
  const text = fields.get("policy");
  if (text === undefined) return { principal: { kind: "anonymous" } };
  const principal = signerOf(s3, fields, text);
  const policy = parsePostPolicy(text);
  checkPostPolicy(policy, fields, s3.ground.clock.now());
  return { principal, ...(policy.contentLength && { contentLength: policy.contentLength }) };
};

const NOT_HEADERS = /^(key|bucket|policy|file|success_action_status|x-ignore-.*)$/;
const NOT_HONOURED = /^(tagging|redirect|success_action_redirect)$/;
const SIGNING = /^x-amz-(algorithm|credential|signature|date|security-token)$/;

/** Form fields that a put would send as headers. */
const headersOf = (fields: Fields): Headers => {
  const headers: Record<string, string> = {};
  for (const [name, value] of fields) {
    if (NOT_HEADERS.test(name) || SIGNING.test(name)) continue;
    if (NOT_HONOURED.test(name)) throw unsupported(`The form field ${name}`);
    headers[name === "acl" ? "x-amz-acl" : name] = name.startsWith("x-amz-meta-")
      ? Buffer.from(value).toString("latin1") // as headers come from Node
      : value;
  }
  checkHeaders(headers);
  return headers;
};

const sizeCheck = (max: number) => (sizeBytes: number) => {
  if (sizeBytes > max) throw s3Error("EntityTooLarge", { ProposedSize: sizeBytes, MaxSizeAllowed: max });
};

interface Upload {
  readonly fields: Fields;
  readonly key: string;
  readonly file: FormFile;
}

const upload = async (s3: S3State, request: S3Call, { fields, key, file }: Upload): Promise<StoredObject> => {
  const { bucket, call } = request;
  const { principal, contentLength = { min: 0, max: S3_LIMITS.putBytes } } = grant(s3, fields);
  const headers = headersOf(fields);
  const description = describe(headers);
  demand(s3, { principal }, [needOn("PutObject", bucket, key)]);
  const received = await store(s3, {
    data: file.data,
    promise: promised(headers),
    onSize: sizeCheck(contentLength.max),
  });
  const { segments, sizeBytes } = received;
  if (sizeBytes < contentLength.min) {
    s3.bodies.discard(segments);
    throw s3Error("EntityTooSmall", { ProposedSize: sizeBytes, MinSizeAllowed: contentLength.min });
  }
  return writeObject(s3, {
    caller: { ...call, principal },
    bucket,
    event: "Post",
    object: { ...description, key, ...recordOf(received) },
  });
};

const locate = ({ call, bucket }: S3Call, key: string): string =>
  `http://${call.request.host}/${bucket}/${key.split("/").map(encodeURIComponent).join("/")}`;

const answer = (request: S3Call, fields: Fields, object: StoredObject): AwsResponse => {
  const { bucket } = request;
  const { key, etag } = object;
  const location = locate(request, key);
  const headers = { ...writtenHeaders(object), location };
  const status = fields.get("success_action_status");
  if (status === "200") return { status: 200, headers };
  if (status !== "201") return { status: 204, headers };
  const created = { Location: location, Bucket: bucket, Key: key, ETag: quoted(etag) };
  return { ...xml("PostResponse", created, headers), status: 201 };
};

const receiveForm = async ({ call, headers }: S3Call): Promise<Form> => {
  const boundary = boundaryOf(headers["content-type"]);
  if (boundary === undefined)
    throw s3Error("PreconditionFailed", { Condition: "Bucket POST must be of the enclosure-type multipart/form-data" });
  return readForm(pieces(call.request.stream), { boundary, fieldsLimit: S3_LIMITS.formFieldsBytes });
};

const PostObject: S3Action = async (s3, request) => {
  needBucket(s3, request.bucket);
  let form: Form | undefined;
  try {
    form = await receiveForm(request);
    const { file } = form;
    const key = need(form.fields, "key").replaceAll("${filename}", () => file?.fileName ?? "");
    // Conditions are judged on the expanded values, and on the bucket of the address.
    const fields = new Map([...form.fields, ["key", key] as const, ["bucket", request.bucket] as const]);
    if (file === undefined) throw invalidArgument("file", "0", "POST requires exactly one file upload per request.");
    if (key === "" || Buffer.byteLength(key) > S3_LIMITS.keyBytes) throw s3Error("KeyTooLongError");
    return answer(request, fields, await upload(s3, request, { fields, key, file }));
  } finally {
    await form?.close(); // what follows the file, or a refused file, is drained
  }
};

export const postObjectActions = { PostObject } satisfies Readonly<Record<string, S3Action>>;
