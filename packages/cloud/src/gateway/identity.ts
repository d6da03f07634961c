// Who signed the request. Only the keys of this cloud are known: real AWS keys never work here.
import type { Clock } from "../clock/clock.ts";
import type { Iam } from "../ports.ts";
import { verify } from "../protocols/sigv4.ts";
import { AwsError } from "./aws-error.ts";
import type { Route } from "./route.ts";
import type { AwsRequest, Principal } from "./service.ts";

const HINT =
  "The embedded AWS knows the keys local/local only (they stand in .env.local); real AWS keys never work here, " +
  "and must not be sent here. For this cloud unset AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_PROFILE, which come " +
  "before .env.local; for AWS unset AWS_ENDPOINT_URL";

/** Services with the query protocol word it differently from those with a JSON one. */
const QUERY_SERVICES = new Set(["sts", "cloudformation", "iam", "sns"]);

const unknownKey = (service: string): AwsError => {
  if (service === "s3") {
    const message = `The AWS Access Key Id you provided does not exist in our records. ${HINT}`;
    return new AwsError("InvalidAccessKeyId", 403, message);
  }
  const code = QUERY_SERVICES.has(service) ? "InvalidClientTokenId" : "UnrecognizedClientException";
  return new AwsError(code, 403, `The security token included in the request is invalid. ${HINT}`);
};

/** S3 and the query services have codes of their own for what all JSON services call an invalid signature. */
const inJsonWords = (error: AwsError): AwsError =>
  ["SignatureDoesNotMatch", "RequestTimeTooSkewed"].includes(error.code)
    ? new AwsError("InvalidSignatureException", 400, error.message)
    : error;

/** The verified principal of a request; anonymous when it is unsigned. Throws AWS's errors for a wrong key or signature. */
export const identify = async (
  request: AwsRequest,
  { name: service, signature }: Route,
  { iam, clock }: { readonly iam: Iam; readonly clock: Clock },
): Promise<Principal> => {
  if ("malformed" in signature) throw signature.malformed;
  const { claim } = signature;
  if (claim === undefined) return { kind: "anonymous" };
  const key = iam.findKey(claim.accessKeyId);
  if (key === undefined) throw unknownKey(service);
  if (key.sessionToken !== undefined && key.sessionToken !== claim.sessionToken) throw unknownKey(service);
  const payload = service === "s3" ? undefined : await request.body();
  const { method, path, rawQuery, headers } = request;
  try {
    // Signatures of real clients carry real time, those of function processes the cloud's.
    verify({ method, path, rawQuery, headers, claim, ...(payload && { payload }) }, key.secretAccessKey, [
      clock.now(),
      Date.now(),
    ]);
  } catch (error) {
    throw service !== "s3" && !QUERY_SERVICES.has(service) && error instanceof AwsError ? inJsonWords(error) : error;
  }
  return key.principal;
};
