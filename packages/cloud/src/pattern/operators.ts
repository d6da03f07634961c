// The operators of event patterns, which EventBridge, SNS and Lambda share: each tests one value of an event. Not here:
// wildcard, cidr, and the forms of prefix and suffix that ignore case.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html

/** Tests one value that an event has: never an object, an array, or nothing. */
export type ValueTest = (value: unknown) => boolean;

/** Says what is wrong with an operand, in a word or two; whoever compiles adds operator and path. */
export type Refuse = (reason: string) => never;

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Numbers that EventBridge compares: -5.0e9 to +5.0e9. */
const NUMERIC_LIMIT = 5e9;

const onText =
  (test: (text: string) => boolean): ValueTest =>
  (value) =>
    typeof value === "string" && test(value);

const textOf = (operand: unknown, refuse: Refuse): string =>
  typeof operand === "string" ? operand : refuse("needs a string");

const COMPARE: Readonly<Record<string, (value: number, limit: number) => boolean>> = {
  "=": (value, limit) => value === limit,
  "<": (value, limit) => value < limit,
  "<=": (value, limit) => value <= limit,
  ">": (value, limit) => value > limit,
  ">=": (value, limit) => value >= limit,
};

/** `["=", 3]`, `[">", 0]`, or a range: `[">", 0, "<=", 5]`. */
const numeric = (operand: unknown, refuse: Refuse): ValueTest => {
  if (!Array.isArray(operand) || (operand.length !== 2 && operand.length !== 4)) {
    return refuse("needs a comparison and a number, or two of both");
  }
  const pairs = [operand.slice(0, 2), operand.slice(2)].filter((pair) => pair.length > 0);
  const tests = pairs.map(([name, limit]: readonly unknown[]) => {
    const compare = typeof name === "string" && Object.hasOwn(COMPARE, name) ? COMPARE[name] : undefined;
    if (typeof name !== "string" || compare === undefined) {
      return refuse(`does not know the comparison ${JSON.stringify(name)}`);
    }
    if (typeof limit !== "number" || Math.abs(limit) > NUMERIC_LIMIT) return refuse("needs numbers within ±5.0e9");
    return { name, limit, test: (value: number): boolean => compare(value, limit) };
  });
  const [low, high] = tests;
  if (low && high && !(low.name.startsWith(">") && high.name.startsWith("<") && low.limit < high.limit)) {
    refuse("needs a range of a lower limit, then a higher one");
  }
  return (value) => typeof value === "number" && tests.every(({ test }) => test(value));
};

const isScalar = (value: unknown): boolean => value === null || ["string", "number", "boolean"].includes(typeof value);

const TEXT_OPERATORS: Readonly<Record<string, (operand: unknown, refuse: Refuse) => ValueTest>> = {
  prefix: (operand, refuse) => {
    const text = textOf(operand, refuse);
    return onText((value) => value.startsWith(text));
  },
  suffix: (operand, refuse) => {
    const text = textOf(operand, refuse);
    return onText((value) => value.endsWith(text));
  },
  "equals-ignore-case": (operand, refuse) => {
    const text = textOf(operand, refuse).toLowerCase();
    return onText((value) => value.toLowerCase() === text);
  },
};

/** One value or a list; or an operator on texts, with one operand or a list of them. */
const anythingBut = (operand: unknown, refuse: Refuse): ValueTest => {
  if (!isObject(operand)) {
    const values: readonly unknown[] = Array.isArray(operand) ? operand : [operand];
    if (values.length === 0 || !values.every((value) => typeof value === "string" || typeof value === "number")) {
      refuse("needs strings or numbers");
    }
    const excluded = new Set<unknown>(values);
    return (value) => !excluded.has(value);
  }
  const [[name, inner] = ["", undefined], ...rest] = Object.entries(operand);
  const compile = Object.hasOwn(TEXT_OPERATORS, name) ? TEXT_OPERATORS[name] : undefined;
  if (compile === undefined || rest.length > 0) return refuse(`does not know ${name || "an empty object"}`);
  const operands: readonly unknown[] = Array.isArray(inner) ? inner : [inner];
  if (operands.length === 0) refuse(`needs a value for ${name}`);
  const tests = operands.map((each) => compile(each, (reason) => refuse(`${name} ${reason}`)));
  return (value) => !tests.some((test) => test(value));
};

const OPERATORS: typeof TEXT_OPERATORS = { ...TEXT_OPERATORS, "anything-but": anythingBut, numeric };

/** The test of one member of a pattern's list: a value, or an object of one operator other than `exists`. */
export const compileTest = (rule: unknown, refuse: (operator: string, reason: string) => never): ValueTest => {
  if (isScalar(rule)) return (value) => value === rule;
  if (!isObject(rule)) return refuse("a list", "cannot hold a list");
  const [[name, operand] = ["", undefined], ...rest] = Object.entries(rule);
  if (rest.length > 0) refuse(name, "must be the only operator in its object");
  const compile = Object.hasOwn(OPERATORS, name) ? OPERATORS[name] : undefined;
  if (compile === undefined) return refuse(name || "an empty object", "is no operator that the embedded AWS knows");
  return compile(operand, (reason) => refuse(name, reason));
};
