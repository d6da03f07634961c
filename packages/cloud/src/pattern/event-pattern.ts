// EventBridge's event patterns: which events a rule, a filter of an event source mapping, or a filter policy lets pass.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
import { AwsError } from "../gateway/aws-error.ts";
import { compileTest, isObject, type ValueTest } from "./operators.ts";

/** Deepest nesting of a pattern; AWS documents no limit (u). */
const MAX_DEPTH = 64;

type Match = (event: unknown) => boolean;

const invalid = (path: readonly string[], what: string): AwsError => {
  const where = path.length === 0 ? "at the top" : `at ${path.join(".")}`;
  return new AwsError("InvalidEventPatternException", 400, `Event pattern is not valid. Reason: ${what} ${where}`);
};

/** What an event holds at a place: members of lists count one by one, however deep. Not recursive: events are foreign. */
const membersOf = (value: unknown): readonly unknown[] => {
  if (value === undefined) return [];
  if (!Array.isArray(value)) return [value];
  const members: unknown[] = [];
  const left: unknown[] = value.toReversed();
  while (left.length > 0) {
    const next = left.pop();
    if (Array.isArray(next)) for (const each of next.toReversed()) left.push(each);
    else members.push(next);
  }
  return members;
};

/** A list in a pattern: one of its rules must hold for one of the values. `exists` looks at leaves, not at objects. */
const compileList = (rules: readonly unknown[], path: readonly string[]): Match => {
  if (rules.length === 0) throw invalid(path, "Empty arrays are not allowed");
  const tests: ValueTest[] = [];
  let absentPasses = false;
  for (const rule of rules) {
    const exists = isObject(rule) && Object.keys(rule).length === 1 ? rule["exists"] : undefined;
    if (exists === true) tests.push(() => true);
    else if (exists === false) absentPasses = true;
    else {
      const refuse = (operator: string, reason: string): never => {
        throw invalid(path, `${operator} ${reason}`);
      };
      if (isObject(rule) && Object.hasOwn(rule, "exists")) refuse("exists", "must be true or false");
      tests.push(compileTest(rule, refuse));
    }
  }
  return (value) => {
    const leaves = membersOf(value).filter((member) => !isObject(member));
    if (leaves.length === 0) return absentPasses;
    return leaves.some((leaf) => tests.some((test) => test(leaf)));
  };
};

const compileOr = (alternatives: unknown, path: readonly string[]): Match => {
  if (!Array.isArray(alternatives) || alternatives.length < 2 || !alternatives.every(isObject)) {
    throw invalid(path, "$or needs a list of at least two objects");
  }
  const matches = alternatives.map((each) => compileObject(each, path));
  return (event) => matches.some((match) => match(event));
};

const compileField = (name: string, rule: unknown, path: readonly string[]): Match => {
  const own = (event: unknown): unknown => (isObject(event) && Object.hasOwn(event, name) ? event[name] : undefined);
  if (Array.isArray(rule)) {
    const match = compileList(rule, path);
    return (event) => match(own(event));
  }
  if (!isObject(rule)) throw invalid(path, `"${name}" must be an object or an array`);
  if (Object.keys(rule).length === 0) throw invalid(path, "Empty objects are not allowed");
  const match = compileObject(rule, path);
  return (event) => {
    const inner = membersOf(own(event)).filter(isObject);
    return inner.length === 0 ? match({}) : inner.some(match); // one member of a list must match in all
  };
};

function compileObject(pattern: Readonly<Record<string, unknown>>, path: readonly string[]): Match {
  if (path.length > MAX_DEPTH) throw invalid(path.slice(0, 4), `More than ${MAX_DEPTH} levels are nested`);
  const matches = Object.entries(pattern).map(([name, rule]) => {
    const at = [...path, name];
    // A list of values under the name "$or" would be an ordinary field on AWS: there are no such events here.
    return name === "$or" ? compileOr(rule, at) : compileField(name, rule, at);
  });
  return (event) => matches.every((match) => match(event));
}

/**
 * Compiles a pattern (an object, or its JSON text) to a test of events. Throws InvalidEventPatternException naming the
 * operator and the path. `{}` passes everything.
 */
export const compilePattern = (pattern: unknown): ((event: unknown) => boolean) => {
  let given = pattern;
  if (typeof pattern === "string") {
    try {
      given = JSON.parse(pattern);
    } catch (error) {
      throw invalid([], `It is not JSON (${error instanceof Error ? error.message : String(error)})`);
    }
  }
  if (!isObject(given)) throw invalid([], "It must be a JSON object");
  return compileObject(given, []);
};
