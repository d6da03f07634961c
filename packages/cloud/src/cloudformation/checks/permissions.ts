// Deliveries that AWS would refuse because the function does not let the service in.
import { compilePattern } from "../../iam/pattern.ts";
import type { Foreseen, Foresight } from "./foresight.ts";
import { isUncertain } from "./foresight.ts";
import { isRecord } from "../template.ts";
import { problem, recordsOf, type Check, type Problem } from "./problem.ts";

interface Delivery {
  readonly resource: string;
  readonly property: string;
  /** ARN of the function, a version's qualifier included. */
  readonly target: unknown;
  readonly service: string;
  readonly sourceArn?: string;
}

const plain = (arn: string): string => arn.split(":").slice(0, 7).join(":");

/** The function's ARN in an integration's or authorizer's URI, which may be wrapped in API Gateway's own ARN. */
const inUri = (uri: unknown): unknown =>
  typeof uri === "string" ? (/arn:aws:lambda:[^/]+/.exec(uri)?.[0] ?? uri) : uri;

const functionOf = (foresight: Foresight, target: unknown): Foreseen | undefined =>
  typeof target === "string"
    ? (foresight.byArn("AWS::Lambda::Function", target) ?? foresight.byArn("AWS::Lambda::Function", plain(target)))
    : undefined;

const permits = (foresight: Foresight, permission: Foreseen, delivery: Delivery, target: Foreseen): boolean => {
  const { FunctionName, Principal, SourceArn } = permission.properties;
  const service = String(Principal).replace(/(\.[a-z]{2}-[a-z]+-\d)?\.amazonaws\.com$/, "");
  if (service !== delivery.service || functionOf(foresight, FunctionName)?.logicalId !== target.logicalId) return false;
  if (typeof SourceArn !== "string" || delivery.sourceArn === undefined || isUncertain(SourceArn)) return true;
  return compilePattern(SourceArn, { wildcards: true, variables: false })(delivery.sourceArn, () => undefined);
};

const ofBucket = (foresight: Foresight, { logicalId, properties }: Foreseen): readonly Delivery[] => {
  const notification = properties["NotificationConfiguration"];
  if (!isRecord(notification)) return [];
  return recordsOf(notification["LambdaConfigurations"]).map((configuration, index) => ({
    resource: logicalId,
    property: `NotificationConfiguration.LambdaConfigurations.${index}.Function`,
    target: configuration["Function"],
    service: "s3",
    sourceArn: foresight.values.getAtt(logicalId, "Arn"),
  }));
};

const deliveries = (foresight: Foresight): readonly Delivery[] =>
  foresight.resources.flatMap((resource): readonly Delivery[] => {
    const { logicalId, type, properties } = resource;
    const of = (property: string, target: unknown, service: string): readonly Delivery[] => [
      { resource: logicalId, property, target, service },
    ];
    switch (type) {
      case "AWS::S3::Bucket":
        return ofBucket(foresight, resource);
      case "AWS::ApiGatewayV2::Integration":
        return of("IntegrationUri", inUri(properties["IntegrationUri"]), "apigateway");
      case "AWS::ApiGatewayV2::Authorizer":
        return properties["AuthorizerCredentialsArn"] === undefined
          ? of("AuthorizerUri", inUri(properties["AuthorizerUri"]), "apigateway")
          : [];
      case "AWS::SNS::Subscription":
        return properties["Protocol"] === "lambda" ? of("Endpoint", properties["Endpoint"], "sns") : [];
      case "AWS::Events::Rule":
        return recordsOf(properties["Targets"]).flatMap(({ Arn }, index) => of(`Targets.${index}.Arn`, Arn, "events"));
      case "AWS::Logs::SubscriptionFilter":
        return of("DestinationArn", properties["DestinationArn"], "logs");
      default:
        return [];
    }
  });

/** A notification, route, authorizer, subscription or rule whose function has no AWS::Lambda::Permission for that service. */
export const lambdaPermissions: Check = ({ foresight }) => {
  const permissions = foresight.resources.filter(({ type }) => type === "AWS::Lambda::Permission");
  return deliveries(foresight).flatMap((delivery): readonly Problem[] => {
    const target = functionOf(foresight, delivery.target);
    if (target === undefined || permissions.some((permission) => permits(foresight, permission, delivery, target)))
      return [];
    const message =
      `no AWS::Lambda::Permission lets ${delivery.service}.amazonaws.com invoke the function ${target.logicalId}` +
      (delivery.sourceArn === undefined ? "" : ` for ${delivery.sourceArn}`);
    return [problem(delivery.resource, delivery.property, message)];
  });
};
