// Secrets Manager.
import { AwsError } from "../gateway/aws-error.ts";
import { ACCOUNT, type Service } from "../gateway/service.ts";
import type { Ground } from "../ports.ts";
import { jsonProtocol } from "../protocols/json.ts";
import { secretActions } from "./actions.ts";
import { createSecretsModel } from "./model.ts";
import { secretType } from "./resources.ts";

/** Makes Secrets Manager; `valueOf` gives the current text of a secret by name or ARN, for templates. */
export const createSecrets = (
  ground: Ground,
): { readonly service: Service; readonly valueOf: (id: string) => string } => {
  const secrets = createSecretsModel(ground);
  /** A secret that does not exist has no suffix yet; policies name those by `-??????` or `*`. */
  const arnOf = (id: unknown, region: string): string => {
    if (typeof id !== "string") return "*";
    return secrets.find(id)?.arn ?? (id.startsWith("arn:") ? id : `arn:aws:secretsmanager:${region}:${ACCOUNT}:secret:${id}-??????`); // prettier-ignore
  };
  return {
    valueOf: (id) => {
      const text = secrets.get(id).version?.text;
      if (text === undefined) throw new AwsError("ValidationError", 400, `The secret ${id} has no SecretString`);
      return text;
    },
    service: {
      name: "secretsmanager",
      protocol: jsonProtocol({ version: "1.1", prefix: "secretsmanager" }),
      actions: secretActions(secrets),
      needs: ({ action, input, region }) => [
        { action: `secretsmanager:${action}`, resource: arnOf(input["SecretId"] ?? input["Name"], region) },
      ],
      types: { "AWS::SecretsManager::Secret": secretType(secrets) },
    },
  };
};
