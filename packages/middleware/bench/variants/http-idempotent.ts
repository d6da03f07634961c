// The whole stack: what a route with everything has in its bundle, but for the SDK.
import {
  cursors,
  dynamoIdempotency,
  dynamoWindows,
  env,
  errorTable,
  etagOf,
  expectedVersion,
  http,
  idempotency,
  ok,
  page,
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
const window = rateWindow({ store: dynamoWindows(access), route: "hello", limit: 600, windowSeconds: 3600 });
const Hello = v.strictObject({
  name: v.pipe(v.string(), v.minLength(1), v.maxLength(200)),
  times: v.optional(v.pipe(v.number(), v.minValue(1), v.maxValue(10))),
});

export const handler = http(
  { body: Hello, idempotent: idempotency({ store: dynamoIdempotency(access) }) },
  async ({ body, headers, event, route }) => {
    if (body.name === "taken") throw conflict("name-taken", "This name is taken");
    if (body.name === "limited") await window.take(body.name);
    if (body.name === "list") {
      return page({ data: [], limit: 20, next: cursors({ route, sub: body.name }).encode("x") }, event);
    }
    return ok({ hello: body.name }, { etag: etagOf(body.name === "other" ? (expectedVersion(headers) ?? 1) : 1) });
  },
);
