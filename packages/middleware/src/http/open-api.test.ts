import { expect, test } from "@jest/globals";
import { serveOpenApi } from "./open-api.ts";
import { request, send } from "./request.test.fixture.ts";

const serve = serveOpenApi({ openapi: "3.1.0" });

test("a document is served with the tag of its content, and unchanged costs no body", async () => {
  const { status, json, headers } = await send(serve, request("GET /openapi.json"));
  expect([status, json, headers["cache-control"]]).toEqual([200, { openapi: "3.1.0" }, "max-age=300"]);
  const again = request("GET /openapi.json", { headers: { "if-none-match": String(headers["etag"]) } });
  expect(await send(serve, again)).toMatchObject({ status: 304, json: {} });
  const other = await send(serveOpenApi({ openapi: "3.1.1" }), again);
  expect(other.status).toBe(200);
});
