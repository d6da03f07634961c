// The CloudFormation types AWS::ApiGatewayV2::{Api, Stage, Route, Integration, Authorizer}.
import type * as v from "valibot";
import type {
  Created,
  Properties,
  PropertyRule,
  ResourceContext,
  ResourceType,
} from "../cloudformation/resource-type.ts";
import { readProperties } from "../cloudformation/property-schema.ts";
import type { Table } from "../store/store.ts";
import { AwsError } from "../gateway/aws-error.ts";
import { apiIdFor, type Model, newId, type Stored } from "./model.ts";
import { apiSchema, authorizerSchema, integrationSchema, type Route, routeSchema, stageSchema } from "./schemas.ts";

export interface ResourceGround {
  readonly model: Model;
  /** Opens the port of an API and answers its URL. */
  readonly open: (api: { readonly apiId: string; readonly owner: string }) => Promise<string>;
  readonly close: (apiId: string) => Promise<void>;
}

type Rules = Readonly<Record<string, PropertyRule>>;

const apiType = ({ model, open, close }: ResourceGround): ResourceType => {
  const type = "AWS::ApiGatewayV2::Api";
  const put = async (properties: Properties, { stackName, logicalId, region }: ResourceContext): Promise<Created> => {
    const owner = `${stackName}/${logicalId}`;
    const api = { ...readProperties(type, apiSchema, properties), apiId: apiIdFor(owner), owner, region };
    const url = await open(api);
    model.putApi(api);
    return { physicalId: api.apiId, attributes: { ApiId: api.apiId, ApiEndpoint: url } };
  };
  return {
    properties: {
      Name: "update",
      ProtocolType: "replace",
      CorsConfiguration: "update",
      DisableExecuteApiEndpoint: "update",
      RouteSelectionExpression: "update",
      Description: "inert",
      IpAddressType: "inert",
      Tags: "inert",
      Version: "inert",
    },
    check: (properties) => void readProperties(type, apiSchema, properties),
    create: put,
    update: (_physicalId, properties, _previous, context) => put(properties, context),
    remove: async (physicalId) => {
      model.removeApi(physicalId);
      await close(physicalId);
    },
  };
};

interface Part<T> {
  readonly type: string;
  readonly rules: Rules;
  readonly schema: v.GenericSchema<unknown, T>;
  readonly table: Table<Stored<T>>;
  /** Refuses what contradicts other parts of the API. */
  readonly admit?: (record: Stored<T>) => void;
  /** The id of a new one, and the attribute that repeats it. */
  readonly idOf: (record: T) => string;
  readonly attribute?: string;
}

const partType = <T extends { readonly ApiId: string }>(model: Model, part: Part<T>): ResourceType => {
  const { type, rules, schema, table, admit, idOf, attribute } = part;
  const put = (properties: Properties, id?: string): Created => {
    const record = readProperties(type, schema, properties);
    const physicalId = id ?? idOf(record);
    const stored = { ...record, id: physicalId };
    admit?.(stored);
    model.put(table, stored);
    return { physicalId, attributes: attribute === undefined ? {} : { [attribute]: physicalId } };
  };
  return {
    properties: { ApiId: "replace", ...rules },
    check: (properties) => void readProperties(type, schema, properties),
    create: async (properties) => put(properties),
    update: async (physicalId, properties) => put(properties, physicalId),
    remove: async (physicalId, properties) => model.remove(table, String(properties["ApiId"]), physicalId),
  };
};

const refuseTwice = (model: Model, record: Stored<Route>): void => {
  const others = model.parts.routes.list({ prefix: `${record.ApiId}/` });
  if (others.some(([, { id, RouteKey }]) => id !== record.id && RouteKey === record.RouteKey))
    throw new AwsError("ConflictException", 409, `Route with key ${record.RouteKey} already exists for this API`);
};

const stageType = (model: Model): ResourceType =>
  partType(model, {
    type: "AWS::ApiGatewayV2::Stage",
    rules: {
      StageName: "replace",
      AutoDeploy: "update",
      DefaultRouteSettings: "update",
      RouteSettings: "update",
      StageVariables: "update",
      AccessLogSettings: "inert",
      Description: "inert",
      Tags: "inert",
    },
    schema: stageSchema,
    idOf: ({ StageName }) => StageName,
    table: model.parts.stages,
  });

const routeType = (model: Model): ResourceType =>
  partType(model, {
    type: "AWS::ApiGatewayV2::Route",
    rules: {
      RouteKey: "update",
      Target: "update",
      AuthorizationType: "update",
      AuthorizerId: "update",
      AuthorizationScopes: "update",
      OperationName: "inert",
    },
    schema: routeSchema,
    idOf: newId,
    attribute: "RouteId",
    table: model.parts.routes,
    admit: (record) => refuseTwice(model, record),
  });

const integrationType = (model: Model): ResourceType =>
  partType(model, {
    type: "AWS::ApiGatewayV2::Integration",
    rules: {
      IntegrationType: "update",
      IntegrationUri: "update",
      IntegrationMethod: "update",
      PayloadFormatVersion: "update",
      TimeoutInMillis: "update",
      Description: "inert",
    },
    schema: integrationSchema,
    idOf: newId,
    attribute: "IntegrationId",
    table: model.parts.integrations,
  });

const authorizerType = (model: Model): ResourceType =>
  partType(model, {
    type: "AWS::ApiGatewayV2::Authorizer",
    rules: {
      Name: "update",
      AuthorizerType: "update",
      AuthorizerUri: "update",
      AuthorizerPayloadFormatVersion: "update",
      EnableSimpleResponses: "update",
      AuthorizerResultTtlInSeconds: "update",
      IdentitySource: "update",
      JwtConfiguration: "update",
    },
    schema: authorizerSchema,
    idOf: newId,
    attribute: "AuthorizerId",
    table: model.parts.authorizers,
  });

export const resourceTypes = (ground: ResourceGround): Readonly<Record<string, ResourceType>> => ({
  "AWS::ApiGatewayV2::Api": apiType(ground),
  "AWS::ApiGatewayV2::Stage": stageType(ground.model),
  "AWS::ApiGatewayV2::Route": routeType(ground.model),
  "AWS::ApiGatewayV2::Integration": integrationType(ground.model),
  "AWS::ApiGatewayV2::Authorizer": authorizerType(ground.model),
});
