// Attributes of users: which a pool knows, and how their values must look.
import { AwsError } from "../gateway/aws-error.ts";
import { LIMITS, STANDARD_ATTRIBUTES } from "./limits.ts";
import type { Pool, User } from "./model.ts";
import type { AttributeList } from "./schemas.ts";

const invalid = (message: string): AwsError => new AwsError("InvalidParameterException", 400, message);
const wrong = (what: string): AwsError => invalid(`Attributes did not conform to the schema: ${what}`);

const EMAIL = /^[^\s@]+@[^\s@]+$/;
const FORMATS: Readonly<Record<string, readonly [RegExp, string]>> = {
  email: [EMAIL, "Invalid email address format."],
  phone_number: [/^\+\d{1,15}$/, "Invalid phone number format."],
};

/** A pool's own attributes stand among those of users as `custom:…`, the standard ones by their names. */
const isNamed = (schema: { readonly Name: string }, name: string): boolean =>
  name === (STANDARD_ATTRIBUTES.has(schema.Name) ? schema.Name : `custom:${schema.Name}`);

/** A new user's; throws InvalidParameterException for one that the pool does not know or take, or that it misses. */
export const newAttributes = ({ settings }: Pool, list: AttributeList): User["attributes"] => {
  const { Schema = [] } = settings;
  for (const { Name, Value } of list) {
    const isCustom = Schema.some((each) => `custom:${each.Name}` === Name);
    if (Name === "sub" || !(isCustom || STANDARD_ATTRIBUTES.has(Name)))
      throw wrong(`Type for attribute {${Name}} could not be determined`);
    const [format, message = ""] = FORMATS[Name] ?? [];
    if (format !== undefined && !format.test(Value)) throw invalid(message);
    const { MinLength = 0, MaxLength = LIMITS.attributeLength } =
      Schema.find((each) => isNamed(each, Name))?.StringAttributeConstraints ?? {};
    if (Value.length < Number(MinLength) || Value.length > Number(MaxLength))
      throw wrong(`${Name}: The attribute value is out of its bounds\n`);
  }
  const attributes = Object.fromEntries(list.map(({ Name, Value }) => [Name, Value]));
  const lacking = Schema.find(({ Name, Required }) => Required === true && attributes[Name] === undefined);
  if (lacking !== undefined) throw wrong(`${lacking.Name}: The attribute ${lacking.Name} is required\n`);
  return attributes;
};

/** Whether an e-mail address is the name in this pool; throws when it should be and is not. */
export const isNamedByEmail = ({ settings }: Pool, name: string): boolean => {
  if ((settings.UsernameAttributes ?? []).length === 0) return false;
  if (!EMAIL.test(name)) throw invalid("Username should be an email.");
  return true;
};

/** As the API shows them: `sub` first. */
export const attributeListOf = ({ sub, attributes }: User): AttributeList =>
  Object.entries({ sub, ...attributes }).map(([Name, Value]) => ({ Name, Value }));
