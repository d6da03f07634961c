// A service that speaks several protocols: each request is answered in the one it was asked in.
import type { AwsRequest, Protocol } from "../gateway/service.ts";

/** `choose` looks at the request alone, so that its answer can be encoded the same way. */
export const either = (choose: (request: AwsRequest) => Protocol, otherwise: Protocol): Protocol => ({
  decode: (request) => choose(request).decode(request),
  encode: (call, output) => choose(call.request).encode(call, output),
  error: (error, about) => (about.request === undefined ? otherwise : choose(about.request)).error(error, about),
});
