import { env, errorTable, etagOf, http, ok, text } from "@warmstart/middleware";
import * as v from "valibot";

const { GREETING } = env({ GREETING: text("hello") });
const { conflict } = errorTable({ "name-taken": 409 });
const Hello = v.strictObject({
  name: v.pipe(v.string(), v.minLength(1), v.maxLength(200)),
  times: v.optional(v.pipe(v.number(), v.minValue(1), v.maxValue(10))),
});

export const handler = http({ body: Hello }, ({ body }) => {
  if (body.name === "taken") throw conflict("name-taken", "This name is taken");
  return ok({ [GREETING]: body.name }, { etag: etagOf(1) });
});
