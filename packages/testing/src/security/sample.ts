// A value that a JSON Schema allows: the simplest that fits.
import type { Document } from "../openapi/routes.ts";

interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly minItems?: number;
  readonly minimum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly format?: string;
}

const ZEROS = "0".repeat(26);
/** Tried in their order against patterns; a service whose patterns want others gives `path` or `bodies`. */
const TEXTS = [
  "a", "abc", "ABC", "ABC-1", "EUR", "DE", "en", "en-GB", "10115", "1", "20", "true", "tok_ok", "abc-def-1",
  "2026-01-15", "2026-01-15T12:00:00.000Z", "2026-01-15T12:00:00Z", "ann@example.com", "https://example.com/a.jpg",
  "Correct-horse-9-battery", "00000000-0000-4000-8000-000000000000",
  ...["prd_", "ord_", "imp_", "usr_", "key_", ""].map((prefix) => prefix + ZEROS), "k".repeat(8), "0".repeat(64),
]; // prettier-ignore

const FORMATS: Readonly<Record<string, string>> = {
  date: "2026-01-15",
  "date-time": "2026-01-15T12:00:00.000Z",
  uri: "https://example.com/a.jpg",
  email: "ann@example.com",
  uuid: "00000000-0000-4000-8000-000000000000",
};

const textOf = ({ pattern = "", format = "", minLength = 0, maxLength = Infinity }: Schema): string => {
  const known = FORMATS[format];
  if (known !== undefined) return known;
  const expression = new RegExp(pattern);
  const candidates = [...TEXTS, "x".repeat(Math.max(1, minLength))];
  const fits = (text: string): boolean => text.length >= minLength && text.length <= maxLength && expression.test(text);
  const found = candidates.find(fits);
  if (found === undefined) throw new Error(`No text is known that ${pattern} allows: give one in path or bodies`);
  return found;
};

const resolve = (schema: Schema, document: Document): Schema => {
  if (schema.$ref === undefined) return schema;
  const name = schema.$ref.replace("#/components/schemas/", "");
  const { schemas = {} } = document.components as { schemas?: Readonly<Record<string, Schema>> }; // the generator's
  const found = schemas[name];
  if (found === undefined) throw new Error(`The document has no schema ${name}`);
  return found;
};

const objectOf = ({ properties = {}, required = [] }: Schema, document: Document): object =>
  Object.fromEntries(
    Object.entries(properties)
      .filter(([name]) => required.includes(name))
      .map(([name, schema]) => [name, sampleOf(schema, document)]),
  );

/** A value that the schema allows; a property that may be absent is. */
export const sampleOf = (given: object, document: Document): unknown => {
  const schema = resolve(given, document);
  const [choice] = schema.enum ?? [];
  const [part] = schema.anyOf ?? schema.oneOf ?? schema.allOf ?? [];
  if ("const" in schema) return schema.const;
  if (choice !== undefined) return choice;
  if (part !== undefined) return sampleOf(part, document);
  switch (schema.type) {
    case "object":
      return objectOf(schema, document);
    case "array":
      return Array.from({ length: schema.minItems ?? 0 }, () => sampleOf(schema.items ?? {}, document));
    case "integer":
    case "number":
      return Math.max(1, schema.minimum ?? 1);
    case "boolean":
      return true;
    case "null":
      return null;
    default:
      return textOf(schema);
  }
};

/** The properties that an object schema names. */
export const propertiesOf = (given: object, document: Document): Readonly<Record<string, object>> =>
  resolve(given, document).properties ?? {};
