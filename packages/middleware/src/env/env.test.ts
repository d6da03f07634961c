import { expect, test } from "@jest/globals";
import { env, flag, int, oneOf, text, url } from "./env.ts";

test("values are parsed, defaults used", () => {
  const source = { TABLE: "links", TTL: "60", DEBUG: "true", BASE: "https://a.example", MODE: "fast", EMPTY: "" };
  const values = env(
    {
      TABLE: text(),
      TTL: int(),
      DEBUG: flag(),
      BASE: url(),
      MODE: oneOf(["fast", "safe"]),
      EMPTY: text("x"),
      NONE: int(7),
      FALLBACK: url(""),
    },
    source,
  );
  expect(values).toEqual({
    TABLE: "links",
    TTL: 60,
    DEBUG: true,
    BASE: "https://a.example/",
    MODE: "fast",
    EMPTY: "x",
    NONE: 7,
    FALLBACK: "",
  });
  const mode: "fast" | "safe" = values.MODE;
  expect(mode).toBe("fast");
});

test("everything missing or wrong is told at once, with the place to set it, and no value", () => {
  const source = {
    TTL: "secret-1",
    FLAG: "yes",
    BASE: "nowhere",
    MODE: "x",
    AWS_LAMBDA_FUNCTION_NAME: "svc-local-createLink",
  };
  expect(() => env({ TABLE: text(), TTL: int(), FLAG: flag(), BASE: url(), MODE: oneOf(["a", "b"]) }, source)).toThrow(
    "Misconfigured: TABLE is missing; TTL must be a whole number; FLAG must be true or false; BASE must be an absolute URL; MODE must be one of a, b. Set it in serverless.yml under functions.createLink.environment",
  );
});
