// The values of a stack's parameters.
import { invalid, type Json, type Template } from "./template.ts";

export type ParameterValue = string | readonly string[];

const TYPES = new Set(["String", "Number", "CommaDelimitedList", "List<Number>", "List<String>"]);

const text = (declaration: Json, name: string): string | undefined => {
  const value = declaration[name];
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
    ? String(value)
    : undefined;
};

const texts = (value: unknown): readonly string[] | undefined => (Array.isArray(value) ? value.map(String) : undefined);

/** AWS's sentence for a value that a constraint refuses; undefined when it fits. */
const problemOf = (name: string, declaration: Json, value: string): string | undefined => {
  const allowed = texts(declaration["AllowedValues"]);
  if (allowed !== undefined && !allowed.includes(value))
    return `Parameter ${name} must be one of AllowedValues [${allowed.join(", ")}]`;
  const pattern = text(declaration, "AllowedPattern");
  if (pattern !== undefined && !new RegExp(`^(?:${pattern})$`, "u").test(value))
    return `Parameter ${name} failed to satisfy constraint: ${text(declaration, "ConstraintDescription") ?? `Member must satisfy regular expression pattern: ${pattern}`}`;
  const bounds = (min: string, max: string, size: number): boolean =>
    size < Number(text(declaration, min) ?? Number.NEGATIVE_INFINITY) ||
    size > Number(text(declaration, max) ?? Number.POSITIVE_INFINITY);
  if (bounds("MinLength", "MaxLength", value.length)) return `Parameter ${name} must be within MinLength and MaxLength`;
  if (declaration["Type"] === "Number") {
    if (value.trim() === "" || Number.isNaN(Number(value))) return `Parameter ${name} must be a number`;
    if (bounds("MinValue", "MaxValue", Number(value))) return `Parameter ${name} must be within MinValue and MaxValue`;
  }
  return undefined;
};

/** The text of every parameter: given, or its default. Throws for missing, unknown and refused ones. */
export const parameterTexts = (
  template: Template,
  given: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> => {
  const unknown = Object.keys(given).filter((name) => !Object.hasOwn(template.parameters, name));
  if (unknown.length > 0) throw invalid(`Parameters: [${unknown.join(", ")}] do not exist in the template`);
  const missing: string[] = [];
  const values: Record<string, string> = {};
  for (const [name, declaration] of Object.entries(template.parameters)) {
    if (!TYPES.has(String(declaration["Type"])))
      throw invalid(
        `Template format error: Parameter ${name}: type ${JSON.stringify(declaration["Type"])} is not supported here`,
      );
    const value = given[name] ?? text(declaration, "Default");
    if (value === undefined) {
      missing.push(name);
      continue;
    }
    const problem = problemOf(name, declaration, value);
    if (problem !== undefined) throw invalid(problem);
    values[name] = value;
  }
  if (missing.length > 0) throw invalid(`Parameters: [${missing.join(", ")}] must have values`);
  return values;
};

/** What `Ref` gives for a parameter: lists are split at commas. */
export const parameterValue = (declaration: Json, value: string): ParameterValue =>
  /^(CommaDelimitedList|List<)/.test(String(declaration["Type"])) ? value.split(",").map((part) => part.trim()) : value;
