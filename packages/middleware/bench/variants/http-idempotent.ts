// The whole stack of a route that creates something, but for the SDK: schema, idempotency key, limit per caller, ETag.
import {
  dynamoIdempotency,
  dynamoWindows,
  env,
  errorTable,
  etagOf,
  http,
  idempotency,
  ok,
  rateWindow,
  text,
  type DocumentClient,
  type ItemCommands,
  type UpdateCommands,
} from "@warmstart/middleware";
import * as v from "valibot";

const { TABLE } = env({ TABLE: text("hello") });
const { conflict } = errorTable({ "name-taken": 409 });
const client: DocumentClient = { send: async () => ({}) };
class Command {
  readonly sent = true;
}
const commands: ItemCommands & UpdateCommands = {
  GetCommand: Command,
  PutCommand: Command,
  DeleteCommand: Command,
  UpdateCommand: Command,
};
const access = { client, table: TABLE, commands };
const hourly = rateWindow({ store: dynamoWindows(access), route: "hello", limit: 600, windowSeconds: 3600 });
const Hello = v.strictObject({
  name: v.pipe(v.string(), v.minLength(1), v.maxLength(200)),
  times: v.optional(v.pipe(v.number(), v.minValue(1), v.maxValue(10))),
});

export const handler = http(
  { body: Hello, idempotent: idempotency({ store: dynamoIdempotency(access) }) },
  async ({ body }) => {
    if (body.name === "taken") throw conflict("name-taken", "This name is taken");
    if (body.name === "limited") await hourly.take(body.name);
    return ok({ hello: body.name }, { etag: etagOf(1) });
  },
);
