// One request on the port: host check, route, identity, authorization, action, answer, request log.
import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Clock } from "../clock/clock.ts";
import type { AccountIam } from "../ports.ts";
import { AwsError } from "./aws-error.ts";
import { authorize } from "./authorize.ts";
import { apiIdOf, isOwnHost } from "./host.ts";
import { identify } from "./identity.ts";
import { toAwsRequest } from "./request.ts";
import type { RequestLog } from "./request-log.ts";
import { respond } from "./respond.ts";
import { routeOf } from "./route.ts";
import type { AwsRequest, AwsResponse, Call, Principal, Service } from "./service.ts";

export type NodeHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

export interface GatewayOptions {
  readonly clock: Clock;
  readonly iam: AccountIam;
  readonly services: ReadonlyMap<string, Service>;
  readonly requests: RequestLog;
  /** Answers `/_warmstart/…`. */
  readonly admin: NodeHandler;
  /** Answers requests whose Host names an HTTP API. */
  readonly httpApi: NodeHandler;
  readonly report: (message: string, error?: unknown) => void;
}

interface Handled {
  readonly answer: AwsResponse;
  readonly record: { service: string; action: string; resource: string; principal: string; error?: string };
}

const nameOf = (principal: Principal): string =>
  principal.kind === "anonymous" ? "anonymous" : principal.kind === "service" ? principal.name : principal.arn;

/** What the client is told about any failure; an unexpected one stays in our own log. */
const asAwsError = (error: unknown, report: GatewayOptions["report"], what: string): AwsError => {
  if (error instanceof AwsError) return error;
  report(`${what} failed inside the embedded AWS`, error);
  return new AwsError("InternalFailure", 500, "The embedded AWS failed on this request; its log has the reason");
};

const serve = async (request: AwsRequest, requestId: string, options: GatewayOptions): Promise<Handled> => {
  const { clock, iam, services, report } = options;
  const route = routeOf(request);
  const { name, region } = route;
  const service = services.get(name);
  const record = { service: name, action: "?", resource: "", principal: "?" };
  if (service === undefined) {
    const message = `The service "${name}" is not part of the embedded AWS; see SUPPORT.md`;
    return { answer: { status: 501, body: JSON.stringify({ __type: "NotImplemented", message }) }, record };
  }
  const { protocol } = service;
  try {
    const principal = await identify(request, route, { iam, clock });
    record.principal = nameOf(principal);
    const { action, input } = await protocol.decode(request);
    record.action = action;
    const act = Object.hasOwn(service.actions, action) ? service.actions[action] : undefined;
    if (act === undefined) {
      const code = name === "s3" ? "NotImplemented" : "UnknownOperationException";
      throw new AwsError(code, name === "s3" ? 501 : 400, `${name}:${action} is not supported by the embedded AWS`);
    }
    const traceId = request.headers["x-amzn-trace-id"];
    const facts = { service: name, action, input, request, principal, region, requestId };
    const call: Call = {
      ...facts,
      ...(traceId !== undefined && { traceId }),
      allows: (need) => iam.allows(principal, need, service.policyOf?.(need.resource)),
    };
    record.resource = authorize(call, service, iam);
    return { answer: protocol.encode(call, await act(call)), record };
  } catch (error) {
    const failure = asAwsError(error, report, `${name}:${record.action}`);
    const { method, path } = request;
    return {
      answer: protocol.error(failure, { requestId, method, path, request }),
      record: { ...record, error: failure.code },
    };
  }
};

/** The request handler of the one port. */
export const createGateway =
  (options: GatewayOptions): NodeHandler =>
  async (incoming, response) => {
    const host = incoming.headers.host ?? "";
    if (!isOwnHost(host)) {
      const body = `This is the embedded AWS on 127.0.0.1; it does not answer for the host ${JSON.stringify(host)}\n`;
      return respond(response, { status: 403, headers: { "content-type": "text/plain" }, body });
    }
    if (incoming.url?.startsWith("/_warmstart/")) return options.admin(incoming, response);
    if (apiIdOf(host) !== undefined) return options.httpApi(incoming, response);

    const started = performance.now();
    const requestId = randomUUID();
    const request = toAwsRequest(incoming);
    const { answer, record } = await serve(request, requestId, options);
    await respond(response, answer, request.method === "HEAD");
    options.requests.add({
      id: requestId,
      time: new Date(options.clock.now()).toISOString(),
      ...record,
      status: answer.status,
      ms: performance.now() - started,
    });
  };
