// Settings of pools and clients: the same for the API and for CloudFormation.
import * as v from "valibot";
import { amount, flag, texts, within } from "../cloudformation/property-schema.ts";
import { honouring } from "../gateway/action.ts";

const optional = v.optional;
const text = v.string();

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

const attributeSchema = v.strictObject({
  Name: v.pipe(text, v.minLength(1), v.maxLength(20)),
  AttributeDataType: optional(v.picklist(["String", "Number", "DateTime", "Boolean"])),
  Mutable: optional(flag),
  Required: optional(flag),
  DeveloperOnlyAttribute: optional(v.literal(false, "developer-only attributes are not supported")),
  StringAttributeConstraints: optional(v.strictObject({ MinLength: optional(amount), MaxLength: optional(amount) })),
  NumberAttributeConstraints: optional(v.strictObject({ MinValue: optional(amount), MaxValue: optional(amount) })),
});
export type AttributeSchema = v.InferOutput<typeof attributeSchema>;

const contact = v.picklist(["email", "phone_number"]);
const contacts = v.array(contact);
export type Contact = v.InferOutput<typeof contact>;

export const poolEntries = {
  Policies: optional(v.strictObject({ PasswordPolicy: optional(passwordPolicy) })),
  UsernameAttributes: optional(contacts),
  AliasAttributes: optional(v.array(v.picklist(["email", "phone_number", "preferred_username"]))),
  AutoVerifiedAttributes: optional(contacts),
  UsernameConfiguration: optional(v.strictObject({ CaseSensitive: optional(flag) })),
  Schema: optional(v.array(attributeSchema)),
  LambdaConfig: optional(v.strictObject({ PreSignUp: optional(text), PostConfirmation: optional(text) })),
  AdminCreateUserConfig: optional(
    v.strictObject({
      AllowAdminCreateUserOnly: optional(flag),
      InviteMessageTemplate: optional(
        v.strictObject({ EmailMessage: optional(text), EmailSubject: optional(text), SMSMessage: optional(text) }),
      ),
      UnusedAccountValidityDays: optional(amount),
    }),
  ),
  VerificationMessageTemplate: optional(
    v.strictObject({
      DefaultEmailOption: optional(v.literal("CONFIRM_WITH_CODE", "only CONFIRM_WITH_CODE is supported")),
      EmailMessage: optional(text),
      EmailSubject: optional(text),
      SmsMessage: optional(text),
    }),
  ),
  EmailVerificationMessage: optional(text),
  EmailVerificationSubject: optional(text),
  SmsVerificationMessage: optional(text),
  MfaConfiguration: optional(v.picklist(["OFF", "OPTIONAL"], "ON is not supported: nobody could sign in")),
  DeletionProtection: optional(v.picklist(["ACTIVE", "INACTIVE"])),
};
const poolSettings = v.object(poolEntries);
export type PoolSettings = v.InferOutput<typeof poolSettings>;

const unit = v.picklist(["seconds", "minutes", "hours", "days"]);

export const clientEntries = {
  ExplicitAuthFlows: optional(
    v.array(
      v.picklist([
        ...([
          "ADMIN_NO_SRP_AUTH",
          "CUSTOM_AUTH_FLOW_ONLY",
          "USER_PASSWORD_AUTH",
          "ALLOW_ADMIN_USER_PASSWORD_AUTH",
        ] as const),
        ...(["ALLOW_CUSTOM_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_USER_AUTH"] as const),
        "ALLOW_REFRESH_TOKEN_AUTH",
      ]),
    ),
  ),
  AccessTokenValidity: optional(amount),
  IdTokenValidity: optional(amount),
  RefreshTokenValidity: optional(amount),
  TokenValidityUnits: optional(
    v.strictObject({ AccessToken: optional(unit), IdToken: optional(unit), RefreshToken: optional(unit) }),
  ),
  AuthSessionValidity: optional(within(3, 15)),
  EnableTokenRevocation: optional(flag),
  PreventUserExistenceErrors: optional(v.picklist(["LEGACY", "ENABLED"])),
};
const clientSettings = v.object(clientEntries);
export type ClientSettings = v.InferOutput<typeof clientSettings>;

export const attributeList = v.array(v.strictObject({ Name: text, Value: optional(text, "") }));
export type AttributeList = v.InferOutput<typeof attributeList>;
export const stringMap = v.record(text, text);
export const paging = { Limit: optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(60))) };
export const ofPool = { UserPoolId: text };
export const ofUser = { UserPoolId: text, Username: v.pipe(text, v.minLength(1), v.maxLength(128)) };
/** What an app says of itself and its user, in unsigned calls. */
export const byApp = {
  ClientId: text,
  Username: v.pipe(text, v.minLength(1), v.maxLength(128)),
  SecretHash: optional(text),
  ClientMetadata: optional(stringMap),
};
export { flag, text, texts };
