// Values checked with any schema library, by Standard Schema.
import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { FieldProblem } from "../errors/app-error.ts";
import { invalid } from "../errors/makers.ts";

export type Schema = StandardSchemaV1;

/** What a library's issue tells besides the standard: valibot's `type` and `requirement`, zod's `code`. */
interface RichIssue extends StandardSchemaV1.Issue {
  readonly type?: string;
  readonly code?: string;
  readonly expected?: unknown;
  readonly received?: unknown;
  readonly requirement?: unknown;
}

export type Checked<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problems: readonly FieldProblem[] };

/** Checks a value with any Standard Schema; all problems at once, each with its JSON pointer. */
export const validate = async <S extends Schema>(
  schema: S,
  value: unknown,
): Promise<Checked<StandardSchemaV1.InferOutput<S>>> => {
  const outcome = schema["~standard"].validate(value);
  const result = outcome instanceof Promise ? await outcome : outcome;
  return result.issues
    ? { ok: false, problems: result.issues.map(fieldProblem) }
    : { ok: true, value: result.value as StandardSchemaV1.InferOutput<S> }; // what the schema itself declares
};

/** The value as its schema gives it; throws `validation-failed` naming every problem. */
export const validated = async <S extends Schema>(
  schema: S,
  value: unknown,
  where: string,
): Promise<StandardSchemaV1.InferOutput<S>> => {
  const checked = await validate(schema, value);
  if (!checked.ok) throw invalid(checked.problems, where);
  return checked.value;
};

/** RFC 6901 in its URI fragment form. */
export const pointerOf = (path: readonly (PropertyKey | StandardSchemaV1.PathSegment)[] = []): string =>
  path.reduce<string>((pointer, segment) => {
    const key = String(typeof segment === "object" ? segment.key : segment);
    return `${pointer}/${encodePointer(key)}`;
  }, "#");

const encodePointer = (key: string): string =>
  encodeURIComponent(key.toWellFormed().replaceAll("~", "~0").replaceAll("/", "~1"));

const CODES: Readonly<Record<string, string>> = {
  min_value: "minimum",
  max_value: "maximum",
  regex: "pattern",
  picklist: "enum",
  unrecognized_keys: "unknown",
};

const codeOf = ({ type, code, expected, received }: RichIssue): string => {
  if (expected === "never") return "unknown";
  if (received === "undefined") return "required";
  const name = type ?? code ?? "invalid";
  return CODES[name] ?? name.replaceAll("_", "-");
};

// A library's own message may repeat the value it received, which may be a password: it is cut off there.
const detailOf = (code: string, { message, requirement }: RichIssue): string => {
  if (!message.startsWith("Invalid ")) return message;
  if (code === "required") return "is required";
  if (code === "unknown") return "is not a known property";
  if (code === "minimum") return `must be at least ${String(requirement)}`;
  if (code === "maximum") return `must be at most ${String(requirement)}`;
  const expected = /Expected (.*?) but received/s.exec(message)?.[1];
  return expected === undefined ? "is invalid" : `must be ${expected}`;
};

const fieldProblem = (issue: StandardSchemaV1.Issue): FieldProblem => {
  const code = codeOf(issue);
  return { pointer: pointerOf(issue.path), code, detail: detailOf(code, issue) };
};
