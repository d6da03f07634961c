// REST-JSON: the action by method and path, parameters from path, query and JSON body, errors by `x-amzn-errortype`.
import { AwsError } from "../gateway/aws-error.ts";
import type { AwsResponse, Protocol } from "../gateway/service.ts";
import { readJsonBody } from "./json.ts";

export interface RestRoute {
  readonly method: string;
  /** `/2015-03-31/functions/{FunctionName}`: a name in braces is one segment. */
  readonly path: string;
  readonly action: string;
  /** Status of success, 200 if not given. */
  readonly status?: number;
  /** The body is not parameters, and the action answers with an AwsResponse. */
  readonly raw?: true;
  /** The action answers with an AwsResponse; the body is parameters. */
  readonly rawAnswer?: true;
}

interface CompiledRoute extends RestRoute {
  readonly pattern: RegExp;
  readonly names: readonly string[];
}

const compile = (route: RestRoute): CompiledRoute => {
  const names = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);
  const source = route.path.replaceAll(/[.+]/g, String.raw`\$&`).replaceAll(/\{\w+\}/g, "([^/]+)");
  return { ...route, names, pattern: new RegExp(`^${source}/?$`) };
};

const decodeSegment = (segment: string): string => {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new AwsError("ValidationException", 400, `The path segment ${segment} is not percent-encoded text`);
  }
};

/** The REST-JSON protocol of one service with these routes. */
export const restJsonProtocol = (routes: readonly RestRoute[]): Protocol => {
  const compiled = routes.map(compile);
  const byAction = new Map(routes.map((route) => [route.action, route]));
  return {
    decode: async (request) => {
      for (const { method, pattern, names, action, raw } of compiled) {
        const match = method === request.method ? pattern.exec(request.path) : null;
        if (match === null) continue;
        const path = names.map((name, index) => [name, decodeSegment(match[index + 1] ?? "")] as const);
        const body = raw ? {} : await readJsonBody(request);
        return { action, input: { ...body, ...Object.fromEntries(request.query), ...Object.fromEntries(path) } };
      }
      const what = `${request.method} ${request.path}`;
      throw new AwsError(
        "UnknownOperationException",
        404,
        `${what} is not supported by the embedded AWS; see SUPPORT.md`,
      );
    },
    encode: (call, output) => {
      const route = byAction.get(call.action);
      if (route?.raw || route?.rawAnswer) return output as AwsResponse; // what they promise
      const status = route?.status ?? 200;
      return {
        status,
        headers: { "content-type": "application/json", "x-amzn-requestid": call.requestId },
        ...(status !== 204 && { body: JSON.stringify(output ?? {}) }),
      };
    },
    error: ({ code, status, message, fields }, { requestId }) => ({
      status,
      headers: { "content-type": "application/json", "x-amzn-requestid": requestId, "x-amzn-errortype": code },
      body: JSON.stringify({ Type: status < 500 ? "User" : "Service", message, ...fields }),
    }),
  };
};
