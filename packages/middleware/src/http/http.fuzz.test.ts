import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import * as v from "valibot";
import { http } from "./http.ts";
import { jsonErrorPosition } from "./json-position.ts";
import { ok } from "./replies.ts";
import { request, send } from "./request.test.fixture.ts";

/** Any code point; the unit "binary" means the same and takes half a second to build. */
const character = fc.nat(0x10ffff).map((point) => String.fromCodePoint(point).toWellFormed());

const handler = http(
  {
    body: v.strictObject({ url: v.string(), deep: v.optional(v.record(v.string(), v.unknown())) }),
    query: v.strictObject({ tag: v.optional(v.string()) }),
  },
  ({ body, query }) => ok({ ...body, ...query }),
);

const headerValue = fc.constantFrom(
  "application/json",
  "application/json; charset=utf-8",
  "text/plain",
  "",
  ";;;charset",
);
const text = fc.string({ unit: character, maxLength: 200 });
const body = fc.oneof(
  text,
  fc.json(),
  fc.record({ url: text, deep: fc.dictionary(text, fc.jsonValue()) }).map((value) => JSON.stringify(value)),
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes).toString("base64")),
);
const query = fc.oneof(text, fc.webQueryParameters(), fc.constant("tag=%F0%9F"), fc.constant("__proto__=1"));

test("whatever is sent, the answer is 200 or a problem below 500", async () => {
  await fc.assert(
    fc.asyncProperty(body, query, headerValue, fc.boolean(), async (sent, rawQuery, type, isBase64Encoded) => {
      const event = request("POST /x", {
        body: sent,
        query: rawQuery,
        headers: { "content-type": type },
        isBase64Encoded,
      });
      const { status, json } = await send(handler, event);
      expect(status).toBeLessThan(500);
      expect(status === 200 ? "none" : [json["status"], typeof json["code"]]).toEqual(
        status === 200 ? "none" : [status, "string"],
      );
    }),
    { seed: 20_261_121, numRuns: 2_000 },
  );
});

test("every text that JSON.parse refuses has a position, and every accepted text none before its end", () => {
  const broken = fc.tuple(fc.json(), fc.nat(), text).map(([json, at, extra]) => {
    const cut = at % (json.length + 1);
    return json.slice(0, cut) + extra.slice(0, 1) + json.slice(cut);
  });
  fc.assert(
    fc.property(fc.oneof(broken, text, fc.json()), (json) => {
      const { line, column } = jsonErrorPosition(json);
      const offset =
        json
          .split("\n")
          .slice(0, line - 1)
          .join("\n").length +
        (line > 1 ? 1 : 0) +
        column -
        1;
      let accepted = true;
      try {
        JSON.parse(json);
      } catch {
        accepted = false;
      }
      expect(offset).toBeGreaterThanOrEqual(0);
      expect(offset).toBeLessThanOrEqual(json.length);
      expect(accepted ? offset : json.length).toBe(json.length);
    }),
    { seed: 7, numRuns: 3_000 },
  );
});

test.each([
  ["abc", 1, 1],
  ['{"a":}', 1, 6],
  ['{"a":1,}', 1, 8],
  ["[1", 1, 3],
  ['{"a":1}\n x', 2, 2],
  ["[1 2]", 1, 4],
  ["{1:2}", 1, 2],
  ["01", 1, 2],
  ["]", 1, 1],
  ["", 1, 1],
])("%j stops being JSON at %i:%i", (json, line, column) => {
  expect(jsonErrorPosition(json)).toEqual({ line, column });
});
