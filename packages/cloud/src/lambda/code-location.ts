// `Code.Location` of GetFunction: a presigned URL of this cloud that gives the zip, for ten minutes as on AWS.
import type { Action, AwsResponse, Call } from "../gateway/service.ts";
import type { Ground, Iam } from "../ports.ts";
import {
  ALGORITHM,
  canonicalRequest,
  EMPTY_HASH,
  scopeOf,
  signText,
  stringToSign,
} from "../protocols/sigv4-canonical.ts";
import { toAmzDate } from "../protocols/sigv4-credential.ts";
import type { CodeStore } from "./code.ts";
import { textOf, type FunctionModel, type FunctionRecord } from "./model.ts";

/** The developer's: whoever has the URL may download. */
const KEY = "local";
const EXPIRES_SECONDS = 600;

export interface CodeLocationOptions {
  readonly model: FunctionModel;
  readonly code: Pick<CodeStore, "zipOf">;
  readonly iam: Pick<Iam, "findKey">;
}

export const locationOf = (
  { endpoint, clock, region }: Ground,
  { iam }: Pick<CodeLocationOptions, "iam">,
  { name, version }: FunctionRecord,
): string => {
  const amzDate = toAmzDate(clock.now());
  const scope = { date: amzDate.slice(0, 8), region, service: "lambda", amzDate };
  const query = new URLSearchParams({
    Qualifier: version,
    "X-Amz-Algorithm": ALGORITHM,
    "X-Amz-Credential": `${KEY}/${scopeOf(scope)}`,
    "X-Amz-Date": amzDate,
    "X-Amz-Expires": String(EXPIRES_SECONDS),
    "X-Amz-SignedHeaders": "host",
  });
  const path = `/2015-03-31/functions/${name}/code`;
  const request = { method: "GET", path, rawQuery: query.toString(), headers: { host: new URL(endpoint()).host } };
  const canonical = canonicalRequest(request, { service: "lambda", signedHeaders: ["host"], payloadHash: EMPTY_HASH });
  const secret = iam.findKey(KEY)?.secretAccessKey ?? "";
  query.set("X-Amz-Signature", signText(secret, scope, stringToSign(canonical, scope)));
  return `${endpoint()}${path}?${query.toString()}`;
};

export const createDownload = ({ model, code }: Pick<CodeLocationOptions, "model" | "code">): Action => {
  const download = ({ input }: Call): AwsResponse => {
    const record = model.get(textOf(input, "FunctionName") ?? "", textOf(input, "Qualifier"));
    return { status: 200, headers: { "content-type": "application/zip" }, body: code.zipOf(record.code) };
  };
  return Object.assign(download, { parameters: ["FunctionName", "Qualifier"] });
};
