// The filter of ListUsers: one attribute, `=` or `^=` (begins with), and a quoted value.
// https://docs.aws.amazon.com/cognito/latest/developerguide/how-to-manage-user-accounts.html
import { AwsError } from "../gateway/aws-error.ts";
import type { User } from "./model.ts";

const ATTRIBUTES: ReadonlySet<string> = new Set(
  "username email phone_number name given_name family_name preferred_username cognito:user_status status sub".split(
    " ",
  ),
);

const valueOf = (user: User, name: string): string | undefined => {
  if (name === "username") return user.username;
  if (name === "sub") return user.sub;
  if (name === "cognito:user_status") return user.status;
  if (name === "status") return user.enabled ? "Enabled" : "Disabled";
  return user.attributes[name];
};

/** What a filter means; an empty one takes all. Throws InvalidParameterException for anything else. */
export const matcherOf = (filter: string): ((user: User) => boolean) => {
  if (filter.trim() === "") return () => true;
  const [, name = "", operator, quoted = ""] =
    /^\s*"?([\w:]+?)"?\s*(\^?=)\s*"((?:[^"\\]|\\.)*)"\s*$/.exec(filter) ?? [];
  if (operator === undefined || !ATTRIBUTES.has(name))
    throw new AwsError("InvalidParameterException", 400, `Error while parsing filter: ${filter}`);
  const value = quoted.replaceAll(/\\(.)/g, "$1");
  if (operator === "=") return (user) => valueOf(user, name) === value;
  return (user) => valueOf(user, name)?.startsWith(value) === true;
};
