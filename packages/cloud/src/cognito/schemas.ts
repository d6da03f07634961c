// Settings of pools and clients: the same for the API and for CloudFormation.
import * as v from "valibot";
import { amount, flag, within } from "../cloudformation/property-schema.ts";
import { honouring } from "../gateway/action.ts";
import { LIMITS } from "./limits.ts";

const optional = v.optional;
/** Half of a surrogate pair has no UTF-8, and no percent-encoding. */
export const text = v.pipe(
  v.string(),
  v.check((given) => given.isWellFormed(), "must be whole characters"),
);

/** Makes the actions of this service. */
export const action = honouring("InvalidParameterException");

const passwordPolicy = v.strictObject({
  MinimumLength: optional(within(6, 99)),
  RequireLowercase: optional(flag),
  RequireNumbers: optional(flag),
  RequireSymbols: optional(flag),
  RequireUppercase: optional(flag),
  TemporaryPasswordValidityDays: optional(within(0, 365)),
});
export type PasswordPolicy = v.InferOutput<typeof passwordPolicy>;

/** The API has these as texts. */
const length = v.pipe(within(0, LIMITS.attributeLength), v.transform(String));
const attributeSchema = v.strictObject({
  Name: v.pipe(text, v.minLength(1), v.maxLength(20)),
  AttributeDataType: optional(v.picklist(["String", "Number", "DateTime", "Boolean"])),
  /** Nothing here changes attributes of a user who is there. */
  Mutable: optional(flag),
  Required: optional(flag),
  StringAttributeConstraints: optional(v.strictObject({ MinLength: optional(length), MaxLength: optional(length) })),
});

const email = v.array(v.literal("email", "only email is supported"));

export const poolEntries = {
  Policies: optional(v.strictObject({ PasswordPolicy: optional(passwordPolicy) })),
  UsernameAttributes: optional(email),
  AutoVerifiedAttributes: optional(email),
  UsernameConfiguration: optional(v.strictObject({ CaseSensitive: optional(flag) })),
  Schema: optional(v.array(attributeSchema)),
  LambdaConfig: optional(v.strictObject({ PostConfirmation: optional(text) })),
  AdminCreateUserConfig: optional(v.strictObject({ AllowAdminCreateUserOnly: optional(flag) })),
  VerificationMessageTemplate: optional(
    v.strictObject({
      DefaultEmailOption: optional(v.literal("CONFIRM_WITH_CODE", "only CONFIRM_WITH_CODE is supported")),
      EmailMessage: optional(text),
      EmailSubject: optional(text),
    }),
  ),
  MfaConfiguration: optional(v.picklist(["OFF", "OPTIONAL"], "ON is not supported: nobody could sign in")),
  DeletionProtection: optional(v.picklist(["ACTIVE", "INACTIVE"])),
};
const poolSettings = v.object(poolEntries);
export type PoolSettings = v.InferOutput<typeof poolSettings>;

const unit = v.picklist(["seconds", "minutes", "hours", "days"]);
const flow = v.picklist([
  "ALLOW_ADMIN_USER_PASSWORD_AUTH",
  "ALLOW_CUSTOM_AUTH",
  "ALLOW_REFRESH_TOKEN_AUTH",
  "ALLOW_USER_AUTH",
  "ALLOW_USER_PASSWORD_AUTH",
  "ALLOW_USER_SRP_AUTH",
]);

export const clientEntries = {
  ExplicitAuthFlows: optional(v.array(flow)),
  AccessTokenValidity: optional(amount),
  IdTokenValidity: optional(amount),
  RefreshTokenValidity: optional(amount),
  TokenValidityUnits: optional(
    v.strictObject({ AccessToken: optional(unit), IdToken: optional(unit), RefreshToken: optional(unit) }),
  ),
  EnableTokenRevocation: optional(flag),
  PreventUserExistenceErrors: optional(v.picklist(["LEGACY", "ENABLED"])),
  GenerateSecret: optional(v.pipe(flag, v.literal(false, "clients with a secret are not supported"))),
};
const clientSettings = v.object(clientEntries);
export type ClientSettings = v.InferOutput<typeof clientSettings>;

export const attributeList = v.array(v.strictObject({ Name: text, Value: optional(text, "") }));
export type AttributeList = v.InferOutput<typeof attributeList>;

const limit = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(LIMITS.page));
export const pageLimit = optional(limit, LIMITS.page);
const username = v.pipe(text, v.minLength(1), v.maxLength(128));
export const ofPool = { UserPoolId: text };
export const ofUser = { UserPoolId: text, Username: username };
/** What an app says of itself and its user, in unsigned calls. */
export const byApp = { ClientId: text, Username: username };
