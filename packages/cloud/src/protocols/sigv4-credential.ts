// What a signed request says of its signature: the Authorization header, or the query of a presigned URL.
import { AwsError } from "../gateway/aws-error.ts";
import { ALGORITHM, queryPairs, type RequestParts, type Scope } from "./sigv4-canonical.ts";

/** Whose key signed, and for what. */
export interface Credential extends Scope {
  readonly accessKeyId: string;
  readonly sessionToken?: string;
  readonly location: "header" | "query";
}

const LONGEST_PRESIGN_SECONDS = 604_800;

export const incomplete = (what: string): AwsError => new AwsError("IncompleteSignature", 400, what);

/** Milliseconds as `YYYYMMDDTHHMMSSZ`; empty for NaN. */
export const toAmzDate = (ms: number): string =>
  Number.isNaN(ms) ? "" : new Date(ms).toISOString().replaceAll(/[-:]|\.\d+/g, "");

/** The other way round: milliseconds, NaN for anything else. */
export const fromAmzDate = (text: string): number => {
  if (!/^\d{8}T\d{6}Z$/.test(text)) return Number.NaN;
  const at = (from: number): string => text.slice(from, from + 2);
  return Date.parse(`${text.slice(0, 4)}-${at(4)}-${at(6)}T${at(9)}:${at(11)}:${at(13)}Z`);
};

const parseScope = (text: string): Scope & { readonly accessKeyId: string } => {
  const parts = text.split("/");
  const [date, region, service, end] = parts.splice(-4);
  if (date === undefined || region === undefined || !service || end !== "aws4_request" || parts.length === 0)
    throw incomplete(
      `Credential must have at least 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '${text}'`,
    );
  return { accessKeyId: parts.join("/"), date, region, service };
};

/** What a request says of its signature, unverified. */
export interface Claim extends Credential {
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  /** `YYYYMMDDTHHMMSSZ`. */
  readonly amzDate: string;
  /** Presigned URLs only. */
  readonly expiresSeconds?: number;
}

const need = (value: string | undefined, name: string): string => {
  if (value === undefined || value === "") throw incomplete(`Authorization header requires '${name}' parameter.`);
  return value;
};

const parseHeader = (authorization: string, headers: RequestParts["headers"]): Claim => {
  const fields = new Map(
    authorization
      .slice(ALGORITHM.length)
      .split(",")
      .map((field) => {
        const [name = "", ...value] = field.trim().split("=");
        return [name, value.join("=")];
      }),
  );
  const amzDate = headers["x-amz-date"] ?? toAmzDate(Date.parse(headers["date"] ?? ""));
  const sessionToken = headers["x-amz-security-token"];
  return {
    ...parseScope(need(fields.get("Credential"), "Credential")),
    signedHeaders: need(fields.get("SignedHeaders"), "SignedHeaders").split(";"),
    signature: need(fields.get("Signature"), "Signature"),
    amzDate: need(amzDate, "X-Amz-Date"),
    location: "header",
    ...(sessionToken !== undefined && { sessionToken }),
  };
};

/** S3 requires X-Amz-Expires; elsewhere a URL without it lasts as long as a signed header. */
const parseExpires = (text: string | undefined, service: string): { readonly expiresSeconds?: number } => {
  if (text === undefined && service !== "s3") return {};
  const expiresSeconds = Number(need(text, "X-Amz-Expires"));
  if (Number.isInteger(expiresSeconds) && expiresSeconds >= 0 && expiresSeconds <= LONGEST_PRESIGN_SECONDS)
    return { expiresSeconds };
  const message = "X-Amz-Expires must be a number between 0 and 604800 seconds";
  throw new AwsError("AuthorizationQueryParametersError", 400, message);
};

const parsePresigned = (query: ReadonlyMap<string, string>): Claim => {
  const sessionToken = query.get("X-Amz-Security-Token");
  const scope = parseScope(need(query.get("X-Amz-Credential"), "X-Amz-Credential"));
  return {
    ...scope,
    signedHeaders: need(query.get("X-Amz-SignedHeaders"), "X-Amz-SignedHeaders").split(";"),
    signature: need(query.get("X-Amz-Signature"), "X-Amz-Signature"),
    amzDate: need(query.get("X-Amz-Date"), "X-Amz-Date"),
    location: "query",
    ...parseExpires(query.get("X-Amz-Expires"), scope.service),
    ...(sessionToken !== undefined && { sessionToken }),
  };
};

/** Undefined for an unsigned request; a malformed or foreign signature is an AwsError. */
export const parseClaim = ({ headers, rawQuery }: RequestParts): Claim | undefined => {
  const { authorization } = headers;
  if (authorization?.startsWith(`${ALGORITHM} `)) return parseHeader(authorization, headers);
  if (authorization?.startsWith("AWS")) throw incomplete(`Only ${ALGORITHM} is supported in 'Authorization'.`);
  if (!rawQuery.includes("X-Amz-Algorithm=")) return undefined;
  const query = new Map(queryPairs(rawQuery));
  if (query.get("X-Amz-Algorithm") !== ALGORITHM) throw incomplete(`X-Amz-Algorithm must be ${ALGORITHM}.`);
  return parsePresigned(query);
};

/** The credential scope of the header or of `X-Amz-Credential`; undefined for an unsigned request. Verifies nothing. */
export const parseCredential = (request: RequestParts): Credential | undefined => parseClaim(request);
