// Web pages sign people in by themselves: the API answers the pages of any origin, and here those of this machine only,
// so that no other site can try the passwords that are known of local people.
import type { Action, AwsRequest, Protocol } from "../gateway/service.ts";
import { action } from "./schemas.ts";

const OWN_PAGE = /^https?:\/\/(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/;
const EXPOSED = "x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date"; // (u)

const allowing = ({ headers }: AwsRequest): Readonly<Record<string, string>> => {
  const { origin = "" } = headers;
  return OWN_PAGE.test(origin)
    ? { "access-control-allow-origin": origin, "access-control-expose-headers": EXPOSED, vary: "Origin" }
    : {};
};

/** The API's protocol for browsers: answers the preflight, and lets a page read every answer. */
export const withPages = (api: Protocol): Protocol => ({
  decode: async (request) => (request.method === "OPTIONS" ? { action: "Preflight", input: {} } : api.decode(request)),
  encode: (call, output) => {
    const { request } = call;
    if (request.method !== "OPTIONS") {
      const answer = api.encode(call, output);
      return { ...answer, headers: { ...answer.headers, ...allowing(request) } };
    }
    const asked = request.headers["access-control-request-headers"] ?? "";
    const allowed = { "access-control-allow-methods": "POST", "access-control-allow-headers": asked };
    return { status: 200, headers: { ...allowed, "access-control-max-age": "172800", ...allowing(request) } };
  },
  error: (error, about) => {
    const answer = api.error(error, about);
    return about.request === undefined
      ? answer
      : { ...answer, headers: { ...answer.headers, ...allowing(about.request) } };
  },
});

export const pageActions: Readonly<Record<string, Action>> = { Preflight: action({}, () => ({})) };
