// The properties of the AWS::ApiGatewayV2 types: what is here is honoured, anything else is refused by its path.
import * as v from "valibot";
import { amount, flag, inert, texts, within } from "../cloudformation/property-schema.ts";
import { LIMITS } from "./limits.ts";
import { parseRouteKey } from "./router.ts";

const corsSchema = v.strictObject({
  AllowCredentials: v.optional(flag),
  AllowHeaders: v.optional(texts),
  AllowMethods: v.optional(texts),
  AllowOrigins: v.optional(texts),
  ExposeHeaders: v.optional(texts),
  MaxAge: v.optional(within(-1, 86_400)),
});
export type Cors = v.InferOutput<typeof corsSchema>;

export const apiSchema = v.strictObject({
  Name: v.string(),
  ProtocolType: v.literal("HTTP", 'only "HTTP" is supported'),
  CorsConfiguration: v.optional(
    v.pipe(
      corsSchema,
      v.check(
        ({ AllowCredentials, AllowOrigins }) => AllowCredentials !== true || AllowOrigins?.includes("*") !== true,
        'AllowCredentials cannot be used with the origin "*"',
      ),
    ),
  ),
  DisableExecuteApiEndpoint: v.optional(
    v.pipe(
      flag,
      v.check((disabled) => !disabled, "true is not supported: there are no custom domains here"),
    ),
  ),
  RouteSelectionExpression: v.optional(
    v.literal("$request.method $request.path", 'only "$request.method $request.path" is possible'),
  ),
  Description: inert,
  IpAddressType: inert,
  Tags: inert,
  Version: inert,
});
export type ApiProperties = v.InferOutput<typeof apiSchema>;

const routeSettings = v.strictObject({
  ThrottlingRateLimit: v.optional(amount),
  ThrottlingBurstLimit: v.optional(amount),
  DetailedMetricsEnabled: inert,
});

export const stageSchema = v.strictObject({
  ApiId: v.string(),
  StageName: v.pipe(v.string(), v.regex(/^(\$default|[\w-]{1,128})$/, "is not the name of a stage")),
  AutoDeploy: v.pipe(
    flag,
    v.check((on) => on, "must be true: deployments are not supported"),
  ),
  DefaultRouteSettings: v.optional(routeSettings),
  RouteSettings: v.optional(v.record(v.string(), routeSettings)),
  StageVariables: v.optional(v.record(v.string(), v.string())),
  AccessLogSettings: inert,
  Description: inert,
  Tags: inert,
});
export type Stage = v.InferOutput<typeof stageSchema>;

const routeKey = v.pipe(
  v.string(),
  v.check(
    (key) => key === "$default" || parseRouteKey(key) !== undefined,
    (issue) => `${JSON.stringify(issue.input)} is not a route key`,
  ),
);

export const routeSchema = v.pipe(
  v.strictObject({
    ApiId: v.string(),
    RouteKey: routeKey,
    Target: v.pipe(v.string(), v.regex(/^integrations\/.+$/, 'must be "integrations/<id>"')),
    AuthorizationType: v.optional(v.picklist(["NONE", "CUSTOM", "JWT", "AWS_IAM"])),
    AuthorizationScopes: v.optional(texts),
    AuthorizerId: v.optional(v.string()),
    OperationName: inert,
  }),
  v.forward(
    v.check(
      ({ AuthorizationType: type, AuthorizerId }) =>
        (type === "CUSTOM" || type === "JWT") === (AuthorizerId !== undefined),
      "AuthorizerId and AuthorizationType CUSTOM or JWT belong together",
    ),
    ["AuthorizerId"],
  ),
  v.forward(
    v.check(
      ({ AuthorizationType, AuthorizationScopes = [] }) =>
        AuthorizationType === "JWT" || AuthorizationScopes.length === 0,
      "scopes are of JWT authorizers only",
    ),
    ["AuthorizationScopes"],
  ),
);
export type Route = v.InferOutput<typeof routeSchema>;

/** A function's ARN, alone or in the form `arn:…:apigateway:…:lambda:path/2015-03-31/functions/<arn>/invocations`. */
const functionArn = v.pipe(
  v.string(),
  v.transform((uri) => /:lambda:path\/2015-03-31\/functions\/(.+)\/invocations$/.exec(uri)?.[1] ?? uri),
  v.regex(/^arn:aws[\w-]*:lambda:[\w-]+:\d{12}:function:[\w:$-]+$/, "must be the ARN of a Lambda function"),
);

export const integrationSchema = v.strictObject({
  ApiId: v.string(),
  IntegrationType: v.literal("AWS_PROXY", 'only "AWS_PROXY" to a Lambda function is supported'),
  IntegrationUri: functionArn,
  IntegrationMethod: v.optional(v.literal("POST", 'must be "POST" for a Lambda function')),
  PayloadFormatVersion: v.literal("2.0", 'only "2.0" is supported'),
  TimeoutInMillis: v.optional(within(LIMITS.integrationMs.least, LIMITS.integrationMs.most)),
  Description: inert,
});
export type Integration = v.InferOutput<typeof integrationSchema>;

const IDENTITY_SOURCE =
  /^\$(request\.(header|querystring)\.[\w.-]+|stageVariables\.\w+|context\.(routeKey|httpMethod|path|stage|identity\.sourceIp))$/;

const lambdaAuthorizer = v.pipe(
  v.strictObject({
    ApiId: v.string(),
    Name: v.string(),
    AuthorizerType: v.literal("REQUEST"),
    AuthorizerUri: functionArn,
    AuthorizerPayloadFormatVersion: v.literal("2.0", 'only "2.0" is supported'),
    EnableSimpleResponses: v.optional(flag),
    AuthorizerResultTtlInSeconds: v.optional(within(0, LIMITS.authorizerTtlSeconds)),
    IdentitySource: v.optional(
      v.array(v.pipe(v.string(), v.regex(IDENTITY_SOURCE, "is not a supported identity source"))),
    ),
  }),
  v.forward(
    v.check(
      ({ AuthorizerResultTtlInSeconds = 0, IdentitySource = [] }) =>
        AuthorizerResultTtlInSeconds === 0 || IdentitySource.length > 0,
      "caching needs an IdentitySource",
    ),
    ["AuthorizerResultTtlInSeconds"],
  ),
);
export type LambdaAuthorizer = v.InferOutput<typeof lambdaAuthorizer>;

const jwtAuthorizer = v.strictObject({
  ApiId: v.string(),
  Name: v.string(),
  AuthorizerType: v.literal("JWT"),
  IdentitySource: v.tuple([
    v.pipe(v.string(), v.regex(/^\$request\.(header|querystring)\.[\w.-]+$/, "must name a header or query parameter")),
  ]),
  JwtConfiguration: v.strictObject({
    Audience: v.pipe(texts, v.minLength(1, "must name at least one audience")),
    Issuer: v.pipe(v.string(), v.url()),
  }),
});
export type JwtAuthorizer = v.InferOutput<typeof jwtAuthorizer>;

export const authorizerSchema = v.variant("AuthorizerType", [lambdaAuthorizer, jwtAuthorizer]);
export type Authorizer = v.InferOutput<typeof authorizerSchema>;
