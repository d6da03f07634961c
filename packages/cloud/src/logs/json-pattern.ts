// The JSON form of filter patterns: `{ ($.type = "click" && $.n > 3) || $.error NOT EXISTS }`.

type Test = (event: unknown) => boolean;

const TOKEN =
  /\s*(?:(\$(?:\.(?:[\w@-]+|\*)|\[(?:\d+|\*|"[^"]*"|'[^']*')\])*)|("(?:[^"\\]|\\.)*")|(&&|\|\||[(){}]|!=|<=|>=|[=<>])|([^\s(){}=<>!&|%]+))/y;

interface Token {
  readonly kind: "selector" | "string" | "sign" | "word";
  readonly text: string;
}

const KINDS = ["selector", "string", "sign", "word"] as const;

const tokenise = (pattern: string): Token[] => {
  const tokens: Token[] = [];
  const text = pattern.trim();
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const at = TOKEN.lastIndex;
    const groups = TOKEN.exec(text)?.slice(1);
    const kind = KINDS.find((_, index) => groups?.[index] !== undefined);
    if (groups === undefined || kind === undefined) throw new Error(`unexpected ${text.slice(at, at + 10)}`);
    tokens.push({ kind, text: groups[KINDS.indexOf(kind)] ?? "" });
  }
  return tokens;
};

const STEP = /\.([\w@*-]+)|\[(\d+|\*|"[^"]*"|'[^']*')\]/g;

const children = (value: unknown, step: string): readonly unknown[] => {
  if (typeof value !== "object" || value === null) return [];
  if (step === "*") return Object.values(value);
  return Object.hasOwn(value, step) ? [value[step as keyof typeof value]] : []; // just checked
};

/** The values that a selector names; `*` names all members. */
const selectorOf = (selector: string): ((event: unknown) => readonly unknown[]) => {
  const steps = [...selector.matchAll(STEP)].map(([, name, index]) => name ?? index?.replaceAll(/["']/g, "") ?? "");
  return (event) =>
    steps.reduce<readonly unknown[]>((values, step) => values.flatMap((v) => children(v, step)), [event]);
};

const NUMBER = /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/;

const comparisons: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  "=": (a, b) => a === b,
  "!=": (a, b) => a !== b,
  "<": (a, b) => a < b,
  "<=": (a, b) => a <= b,
  ">": (a, b) => a > b,
  ">=": (a, b) => a >= b,
};

const textTest = (text: string): ((value: unknown) => boolean) => {
  const source = text.split("*").map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`));
  const expression = new RegExp(`^${source.join("[^]*")}$`);
  return (value) => ["string", "number", "boolean"].includes(typeof value) && expression.test(String(value));
};

const valueTest = (sign: string, { kind, text }: Token): ((value: unknown) => boolean) => {
  const compare = comparisons[sign];
  if (compare === undefined) throw new Error(`unknown operator ${sign}`);
  if (kind === "word" && NUMBER.test(text)) {
    return (value) => typeof value === "number" && compare(value, Number(text));
  }
  if (sign !== "=" && sign !== "!=") throw new Error(`${sign} needs a number`);
  const equals = textTest(kind === "string" ? text.slice(1, -1).replaceAll(/\\(.)/g, "$1") : text);
  return sign === "=" ? equals : (value) => !equals(value);
};

/** Recursive descent: or → and → ( … ) or one condition. */
const parse = (tokens: Token[]): Test => {
  const take = (): Token => {
    const token = tokens.shift();
    if (token === undefined) throw new Error("it ends too early");
    return token;
  };
  const expect = (text: string): void => {
    const token = take();
    if (token.text.toUpperCase() !== text) throw new Error(`expected ${text}, found ${token.text}`);
  };
  const condition = (): Test => {
    const token = take();
    if (token.text === "(" && token.kind === "sign") {
      const inner = either();
      expect(")");
      return inner;
    }
    if (token.kind !== "selector") throw new Error(`expected a selector such as $.name, found ${token.text}`);
    const select = selectorOf(token.text);
    const operator = take();
    if (operator.kind === "sign") {
      const test = valueTest(operator.text, take());
      return (event) => select(event).some(test);
    }
    if (operator.text.toUpperCase() === "NOT") {
      expect("EXISTS");
      return (event) => select(event).length === 0;
    }
    if (operator.text.toUpperCase() !== "IS") throw new Error(`unknown operator ${operator.text}`);
    const constant = { NULL: null, TRUE: true, FALSE: false }[take().text.toUpperCase()];
    if (constant === undefined) throw new Error("IS takes NULL, TRUE or FALSE");
    return (event) => select(event).includes(constant);
  };
  const chain = (sign: string, next: () => Test, join: (tests: readonly Test[]) => Test): Test => {
    const tests = [next()];
    while (tokens[0]?.text === sign && tokens[0].kind === "sign") {
      tokens.shift();
      tests.push(next());
    }
    return join(tests);
  };
  const both = (): Test => chain("&&", condition, (tests) => (event) => tests.every((test) => test(event)));
  const either = (): Test => chain("||", both, (tests) => (event) => tests.some((test) => test(event)));

  expect("{");
  const whole = either();
  expect("}");
  if (tokens.length > 0) throw new Error("there is something after }");
  return whole;
};

/** Throws an Error that says what is wrong with the pattern. */
export const compileJsonPattern = (pattern: string): ((message: string) => boolean) => {
  const test = parse(tokenise(pattern));
  return (message) => {
    if (!message.trimStart().startsWith("{")) return false;
    try {
      return test(JSON.parse(message));
    } catch {
      return false; // not JSON
    }
  };
};
