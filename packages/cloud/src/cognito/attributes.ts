// Attributes of users: which a pool knows, and how their values must look.
import { AwsError } from "../gateway/aws-error.ts";
import { STANDARD_ATTRIBUTES } from "./limits.ts";
import type { Pool, User } from "./model.ts";
import type { AttributeList, AttributeSchema } from "./schemas.ts";

export type Attributes = User["attributes"];

const invalid = (message: string): AwsError => new AwsError("InvalidParameterException", 400, message);

/** The settings that a pool has for an attribute; custom ones are declared without their prefix. */
const declared = ({ settings }: Pool, name: string): AttributeSchema | undefined =>
  settings.Schema?.find((each) =>
    STANDARD_ATTRIBUTES.has(name) ? each.Name === name : `custom:${each.Name}` === name,
  );

const FORMATS: Readonly<Record<string, readonly [RegExp, string]>> = {
  email: [/^[^\s@]+@[^\s@]+$/, "Invalid email address format."],
  phone_number: [/^\+\d{1,15}$/, "Invalid phone number format."],
};

const checkValue = (name: string, value: string, schema: AttributeSchema | undefined): void => {
  const [format, message = ""] = FORMATS[name] ?? [];
  if (format !== undefined && value !== "" && !format.test(value)) throw invalid(message);
  const { MinLength = 0, MaxLength = 2_048 } = schema?.StringAttributeConstraints ?? {};
  const { MinValue = -Infinity, MaxValue = Infinity } = schema?.NumberAttributeConstraints ?? {};
  const number = schema?.AttributeDataType === "Number" ? Number(value) : undefined;
  const fits = number === undefined ? value.length >= MinLength && value.length <= MaxLength : number >= MinValue && number <= MaxValue; // prettier-ignore
  if (!fits)
    throw invalid(`Attributes did not conform to the schema: ${name}: The attribute value is out of its bounds\n`);
};

/** The given attributes as a record; throws InvalidParameterException for one that the pool does not know or take. */
export const readAttributes = (pool: Pool, list: AttributeList, changing = false): Attributes => {
  for (const { Name, Value } of list) {
    const schema = declared(pool, Name);
    if (Name === "sub" || (schema === undefined && !STANDARD_ATTRIBUTES.has(Name)))
      throw invalid(`Attributes did not conform to the schema: Type for attribute {${Name}} could not be determined`);
    if (changing && schema?.Mutable === false) throw invalid(`user.${Name}: Attribute cannot be updated.`);
    checkValue(Name, Value, schema);
  }
  return Object.fromEntries(list.map(({ Name, Value }) => [Name, Value]));
};

/** A new user's; those that the pool requires must be there. */
export const newAttributes = (pool: Pool, list: AttributeList): Attributes => {
  const attributes = readAttributes(pool, list);
  const lacking = pool.settings.Schema?.find(
    ({ Name, Required }) => Required === true && attributes[Name] === undefined,
  );
  if (lacking !== undefined)
    throw invalid(
      `Attributes did not conform to the schema: ${lacking.Name}: The attribute ${lacking.Name} is required\n`,
    );
  return attributes;
};

/** Who a new user is: in pools where an address is the name, the name becomes an attribute and the user a random one. */
export const nameAsAttribute = (pool: Pool, name: string): Attributes => {
  const { UsernameAttributes = [], AliasAttributes = [] } = pool.settings;
  const isEmail = FORMATS["email"]?.[0].test(name);
  const isPhone = FORMATS["phone_number"]?.[0].test(name);
  if (UsernameAttributes.length === 0) {
    if (isEmail && AliasAttributes.includes("email"))
      throw invalid("Username cannot be of email format, since user pool is configured for email alias.");
    return {};
  }
  if (isEmail && UsernameAttributes.includes("email")) return { email: name };
  if (isPhone && UsernameAttributes.includes("phone_number")) return { phone_number: name };
  const wanted = UsernameAttributes.map((each) => (each === "email" ? "an email" : "a phone number")).join(" or ");
  throw invalid(`Username should be ${wanted}.`);
};

/** As the API shows them: `sub` first. */
export const attributeListOf = ({ sub, attributes }: User): AttributeList =>
  Object.entries({ sub, ...attributes }).map(([Name, Value]) => ({ Name, Value }));
