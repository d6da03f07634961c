// API Gateway's HTTP APIs: each listens on a port of its own and invokes functions with events of payload format 2.0.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { JWK } from "jose";
import { apiIdOf } from "../gateway/host.ts";
import type { Service } from "../gateway/service.ts";
import type { Ground } from "../ports.ts";
import type { CallerIam } from "./iam-authorizer.ts";
import type { CalledLambda } from "./invoke.ts";
import { createListeners, type PortRange } from "./listeners.ts";
import { createModel } from "./model.ts";
import { createJwtKeys } from "./jwt-keys.ts";
import { controlPlane } from "./protocol.ts";
import { resourceTypes } from "./resources.ts";
import { createServe } from "./serve.ts";

export interface HttpApiPorts {
  readonly iam: CallerIam;
  readonly lambda: CalledLambda;
  /** Public keys of an issuer that is a user pool of this cloud. */
  readonly keysOf: (issuer: string) => readonly JWK[] | undefined;
  readonly ports: PortRange;
}

export interface HttpApi {
  readonly service: Service;
  /** Listens for all APIs that the store knows. */
  readonly start: () => Promise<void>;
  readonly close: () => Promise<void>;
  /** Answers a request whose Host is `<apiId>.execute-api.…`, on whichever port it came. */
  readonly handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  /** `http://127.0.0.1:<port>`; undefined for an unknown API. */
  readonly endpointOf: (apiId: string) => string | undefined;
  /** The text with each `https://<apiId>.execute-api.<region>.<suffix>` of a known API replaced by its local URL. */
  readonly resolveUrl: (text: string) => string;
}

const AWS_URL = /https:\/\/([a-z0-9]{10})\.execute-api\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?/g;

export const createHttpApi = (ground: Ground, { iam, lambda, keysOf, ports }: HttpApiPorts): HttpApi => {
  const { clock, store, report } = ground;
  const model = createModel(store, () => clock.now());
  const jwtKeys = createJwtKeys({ clock, keysOf });
  const serve = createServe({ ...ground, model, iam, lambda, jwtKeys });
  const listeners = createListeners({
    range: ports,
    ports: store.table("http_api_ports"),
    handle: (apiId, request, response) => {
      serve(apiId, request, response).catch((error: unknown) => {
        report(`A request to the HTTP API ${apiId} failed`, error);
        response.destroy();
      });
    },
  });
  const endpointOf = (apiId: string): string | undefined => {
    const port = listeners.portOf(apiId);
    return port === undefined ? undefined : `http://127.0.0.1:${port}`;
  };
  const types = resourceTypes({
    model,
    open: async (api) => `http://127.0.0.1:${await listeners.open(api)}`,
    close: (apiId) => listeners.close(apiId),
  });
  return {
    service: { name: "apigateway", protocol: controlPlane, actions: {}, needs: () => [], types },
    start: async () => {
      for (const [, api] of model.apis.list()) await listeners.open(api);
    },
    close: () => listeners.close(),
    handle: (request, response) => serve(apiIdOf(request.headers.host ?? "") ?? "", request, response),
    endpointOf,
    resolveUrl: (text) => text.replaceAll(AWS_URL, (url, apiId: string) => endpointOf(apiId) ?? url),
  };
};
