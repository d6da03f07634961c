// The environment of a function, read once when it starts.
/** Reads one environment variable; throws with the reason when the text does not fit. */
export interface Variable<T> {
  readonly parse: (text: string) => T;
  /** Used when the variable is absent or empty; without it the variable is required. */
  readonly fallback?: { readonly value: T };
}

type Values<S extends Readonly<Record<string, Variable<unknown>>>> = {
  readonly [Name in keyof S]: S[Name] extends Variable<infer T> ? T : never;
};

const variable = <T>(parse: (text: string) => T, fallback: T | undefined): Variable<T> =>
  fallback === undefined ? { parse } : { parse, fallback: { value: fallback } };

/** Any text. */
export const text = (fallback?: string): Variable<string> => variable((value) => value, fallback);

/** A whole number. */
export const int = (fallback?: number): Variable<number> =>
  variable((value) => {
    if (!/^-?\d{1,15}$/.test(value)) throw new TypeError("must be a whole number");
    return Number(value);
  }, fallback);

/** `true` or `false`. */
export const flag = (fallback?: boolean): Variable<boolean> =>
  variable((value) => {
    if (value !== "true" && value !== "false") throw new TypeError("must be true or false");
    return value === "true";
  }, fallback);

/** An absolute URL, normalised. */
export const url = (fallback?: string): Variable<string> =>
  variable((value) => {
    if (!URL.canParse(value)) throw new TypeError("must be an absolute URL");
    return new URL(value).href;
  }, fallback);

/** One of the given words. */
export const oneOf = <const W extends string>(words: readonly W[], fallback?: W): Variable<W> =>
  variable((value) => {
    const word = words.find((each) => each === value);
    if (word === undefined) throw new TypeError(`must be one of ${words.join(", ")}`);
    return word;
  }, fallback);

/**
 * The environment of a function, read once at cold start. Throws one error that names every missing or wrong variable
 * and where to set it. Values are never in the message: they may be secrets.
 */
export const env = <const S extends Readonly<Record<string, Variable<unknown>>>>(
  variables: S,
  source: Readonly<Record<string, string | undefined>> = process.env,
): Values<S> => {
  const values: Record<string, unknown> = {};
  const faults: string[] = [];
  for (const [name, { parse, fallback }] of Object.entries(variables)) {
    const raw = source[name];
    try {
      if (raw) values[name] = parse(raw);
      else if (fallback) values[name] = fallback.value;
      else faults.push(`${name} is missing`);
    } catch (error) {
      faults.push(`${name} ${error instanceof Error ? error.message : "is wrong"}`);
    }
  }
  if (faults.length) throw new TypeError(`Misconfigured: ${faults.join("; ")}. ${whereToSet(source)}`);
  return values as Values<S>; // every name of S was parsed or defaulted above
};

const whereToSet = ({ AWS_LAMBDA_FUNCTION_NAME: name }: Readonly<Record<string, string | undefined>>): string =>
  `Set it in serverless.yml under functions.${name?.split("-").at(-1) ?? "<function>"}.environment`;
