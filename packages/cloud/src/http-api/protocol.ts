// The control plane of API Gateway speaks REST-JSON. None of its operations is here: CloudFormation makes all there is.
import type { Protocol } from "../gateway/service.ts";

export const controlPlane: Protocol = {
  decode: (request) => Promise.resolve({ action: `${request.method} ${request.path}`, input: {} }),
  encode: (_call, output) => ({
    status: 200,
    headers: { "content-type": "application/json" },
    body: JSON.stringify(output ?? {}),
  }),
  error: ({ code, status, message }, { requestId }) => ({
    status,
    headers: { "content-type": "application/json", "x-amzn-errortype": code, "x-amzn-requestid": requestId },
    body: JSON.stringify({ message }),
  }),
};
