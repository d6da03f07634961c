// AWS JSON 1.0 and 1.1: the action in `X-Amz-Target`, parameters and result as one JSON object, errors by `__type`.
import { AwsError } from "../gateway/aws-error.ts";
import type { AwsRequest, Input, Protocol } from "../gateway/service.ts";

export interface JsonProtocolOptions {
  readonly version: "1.0" | "1.1";
  /** The part of `X-Amz-Target` before the dot, such as `DynamoDB_20120810`. */
  readonly prefix: string;
  /** Error codes of the query protocol by JSON code, for services that answer `x-amzn-query-error` as well (SQS). */
  readonly queryErrors?: (code: string) => string;
}

/** A body that is one JSON object, or nothing; anything else is a SerializationException. */
export const readJsonBody = async (request: AwsRequest): Promise<Input> => {
  const text = (await request.body()).toString("utf8");
  if (text === "") return {};
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Input; // checked
  } catch (error) {
    throw new AwsError("SerializationException", 400, `The request body is not JSON: ${String(error)}`);
  }
  throw new AwsError("SerializationException", 400, "The request body is not a JSON object");
};

/** The JSON protocol of one service. */
export const jsonProtocol = ({ version, prefix, queryErrors }: JsonProtocolOptions): Protocol => {
  const contentType = `application/x-amz-json-${version}`;
  return {
    decode: async (request) => {
      const [target, action, ...rest] = (request.headers["x-amz-target"] ?? "").split(".");
      if (target !== prefix || action === undefined || rest.length > 0) {
        throw new AwsError("UnknownOperationException", 400, `X-Amz-Target must be ${prefix}.<Action>`);
      }
      return { action, input: await readJsonBody(request) };
    },
    encode: (call, output) => ({
      status: 200,
      headers: { "content-type": contentType, "x-amzn-requestid": call.requestId },
      body: JSON.stringify(output ?? {}),
    }),
    error: ({ code, status, message, fields }, { requestId }) => ({
      status,
      headers: {
        "content-type": contentType,
        "x-amzn-requestid": requestId,
        ...(queryErrors && { "x-amzn-query-error": `${queryErrors(code)};${status < 500 ? "Sender" : "Receiver"}` }),
      },
      body: JSON.stringify({ __type: code, message, ...fields }),
    }),
  };
};
