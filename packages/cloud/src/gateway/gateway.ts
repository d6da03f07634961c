// One request on the port: host check, route, identity, authorization, faults, action, answer, request log.
import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AccountIam, Ground } from "../ports.ts";
import { AwsError } from "./aws-error.ts";
import { authorize } from "./authorize.ts";
import { dateFor } from "./date.ts";
import { cutAfter, CutConnection, faulty } from "./faulty.ts";
import { apiIdOf, isOwnHost } from "./host.ts";
import { identify } from "./identity.ts";
import { hostOf, toAwsRequest } from "./request.ts";
import type { RequestLog } from "./request-log.ts";
import { requestUnit } from "../trace/prices.ts";
import { respond } from "./respond.ts";
import { routeOf, type Route } from "./route.ts";
import type { AwsRequest, AwsResponse, Call, Facts, Principal, Service } from "./service.ts";
import { asUnreadable } from "./unreadable.ts";

export type NodeHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

export interface GatewayOptions {
  readonly ground: Ground;
  readonly iam: AccountIam;
  readonly services: ReadonlyMap<string, Service>;
  readonly requests: RequestLog;
  /** Answers `/_warmstart/…`. */
  readonly admin: NodeHandler;
  /** Answers requests whose Host names an HTTP API. */
  readonly httpApi: NodeHandler;
  /** Told of every call of an execution environment, which may end it there and then. */
  readonly calling?: (accessKeyId: string) => "go on" | "killed";
}

interface Handled {
  /** None when the connection is to be cut. */
  readonly answer?: AwsResponse;
  readonly record: {
    service: string;
    action: string;
    resource: string;
    principal: string;
    error?: string;
    facts?: Facts;
  };
}

const nameOf = (principal: Principal): string =>
  principal.kind === "anonymous" ? "anonymous" : principal.kind === "service" ? principal.name : principal.arn;

/** What the client is told about any failure; an unexpected one stays in our own log. */
const asAwsError = (error: unknown, report: Ground["report"], what: string): AwsError => {
  if (error instanceof AwsError) return error;
  report(`${what} failed inside the embedded AWS`, error);
  return new AwsError("InternalFailure", 500, "The embedded AWS failed on this request; its log has the reason");
};

/** Faults and the end of an environment come between IAM's yes and the action. */
const perform = async (call: Call, act: (call: Call) => unknown, { resource, options, route }: Performance) => {
  const { ground, calling } = options;
  const { service, action, principal } = call;
  const claim = "claim" in route.signature ? route.signature.claim : undefined;
  if (principal.kind === "role" && claim !== undefined && calling?.(claim.accessKeyId) === "killed") {
    throw new CutConnection("the environment was ended");
  }
  const caller = principal.kind === "role" ? { function: principal.sessionName } : {};
  const occurrence = { service, action, resource, principal: nameOf(principal), ...caller };
  const output = await faulty(ground.faults, occurrence, () => act(call));
  // Lambda counts its invocations itself: those of queues and APIs do not come through here.
  if (service !== "lambda")
    ground.meter.add({
      service,
      unit: requestUnit(service, action),
      amount: 1,
      ...(call.traceId && { trace: call.traceId }),
    });
  const cut = ground.faults.strike(["cut-answer"], occurrence);
  return { output, cut };
};

interface Performance {
  readonly resource: string;
  readonly options: GatewayOptions;
  readonly route: Route;
}

const serve = async (request: AwsRequest, requestId: string, options: GatewayOptions): Promise<Handled> => {
  const { iam, services, ground } = options;
  const route = routeOf(request);
  const { name, region } = route;
  const service = services.get(name);
  const record: Handled["record"] = { service: name, action: "?", resource: "", principal: "?" };
  if (service === undefined) {
    const message = `The service "${name}" is not part of the embedded AWS; see SUPPORT.md`;
    return { answer: { status: 501, body: JSON.stringify({ __type: "NotImplemented", message }) }, record };
  }
  const { protocol } = service;
  try {
    const principal = await identify(request, route, { iam, clock: ground.clock });
    record.principal = nameOf(principal);
    const { action, input } = await protocol.decode(request).catch((error: unknown) => {
      throw asUnreadable(name, error);
    });
    record.action = action;
    const act = Object.hasOwn(service.actions, action) ? service.actions[action] : undefined;
    if (act === undefined) {
      const code = name === "s3" ? "NotImplemented" : "UnknownOperationException";
      throw new AwsError(code, name === "s3" ? 501 : 400, `${name}:${action} is not supported by the embedded AWS`);
    }
    const traceId = request.headers["x-amzn-trace-id"];
    const call: Call = {
      service: name,
      action,
      input,
      request,
      principal,
      region,
      requestId,
      ...(traceId !== undefined && { traceId }),
      note: (facts) => {
        record.facts = { ...record.facts, ...facts };
      },
      allows: (need) => iam.allows(principal, need, service.policyOf?.(need.resource)),
    };
    record.resource = authorize(call, service, iam);
    const { output, cut } = await perform(call, act, { resource: record.resource, options, route });
    const answer = protocol.encode(call, output);
    return { answer: cut === undefined ? answer : cutAfter(answer, cut.bytes), record };
  } catch (error) {
    if (error instanceof CutConnection) return { record: { ...record, error: "CutConnection" } };
    const failure = asAwsError(error, ground.report, `${name}:${record.action}`);
    const { method, path } = request;
    return {
      answer: protocol.error(failure, { requestId, method, path, request }),
      record: { ...record, error: failure.code },
    };
  }
};

const refuseHost = (response: ServerResponse, host: string): Promise<void> => {
  const body = `This is the embedded AWS on 127.0.0.1; it does not answer for the host ${JSON.stringify(host)}\n`;
  return respond(response, { status: 403, headers: { "content-type": "text/plain" }, body });
};

/** The request handler of the one port. */
export const createGateway = (options: GatewayOptions): NodeHandler => {
  const { ground, requests } = options;
  return async (incoming, response) => {
    const host = hostOf(incoming);
    if (!isOwnHost(host)) return refuseHost(response, host);
    if (incoming.url?.startsWith("/_warmstart/")) return options.admin(incoming, response);
    if (apiIdOf(host) !== undefined) return options.httpApi(incoming, response);

    const started = performance.now();
    const time = ground.clock.now();
    const id = randomUUID();
    const request = toAwsRequest(incoming);
    const { answer, record } = await serve(request, id, options);
    if (answer === undefined) response.destroy();
    else {
      const date = dateFor(request.headers["x-amz-date"], [ground.clock.now(), Date.now()]);
      await respond(response, { ...answer, headers: { date, ...answer.headers } }, request.method === "HEAD");
    }
    const ms = performance.now() - started;
    const traceId = request.headers["x-amzn-trace-id"];
    const status = answer?.status ?? 0;
    requests.add({ id, time, ...record, status, ms, ...(traceId && { traceId }) });
    if (traceId === undefined) return;
    const name = `${record.service}:${record.action}`;
    ground.traces.add({
      trace: traceId,
      kind: "call",
      name,
      resource: record.resource,
      start: time,
      ms,
      status: String(status),
      id,
    });
  };
};
