import { describe, expect, test } from "@jest/globals";
import type { Call } from "../gateway/service.ts";
import { escapeXml, parseQueryForm, queryXml } from "./query-xml.ts";

describe("a query form", () => {
  test.each<[string, object]>([
    ["A=1&B=x%26y+z", { A: "1", B: "x&y z" }],
    ["L.member.2=b&L.member.1=a&L.member.10=c", { L: ["a", "b", "c"] }],
    ["P.member.1.Key=k&P.member.1.Value=v&P.member.2.Key=l", { P: [{ Key: "k", Value: "v" }, { Key: "l" }] }],
    ["S.Deep.List.member.1.X.Y=1", { S: { Deep: { List: [{ X: { Y: "1" } }] } } }],
    ["Attribute.1.Name=n&Attribute.1.Value=v", { Attribute: [{ Name: "n", Value: "v" }] }],
    ["M.entry.1.key=a&M.entry.1.value=1&M.entry.2.Name=b&M.entry.2.Value.X=2", { M: { a: "1", b: { X: "2" } } }],
    ["Empty=", { Empty: "" }],
  ])("%s", (form, input) => {
    expect(parseQueryForm(`Action=Do&Version=2010&${form}`)).toEqual({ action: "Do", input });
  });

  test("does not reach into prototypes or nest without end", () => {
    const { input } = parseQueryForm("Action=A&__proto__.polluted=1&constructor.x=2");
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
    expect(Object.hasOwn(input, "__proto__")).toBe(true);
    expect(() => parseQueryForm(`Action=A&${"x.".repeat(40)}y=1`)).toThrow(/nests too deep/);
    expect(() => parseQueryForm("B=1")).toThrow(/must contain the parameter Action/);
  });
});

describe("the answer", () => {
  const protocol = queryXml("urn:x");
  const call = { action: "Do", requestId: "r-1" } as Call;

  test("wraps results, lists, maps and times", () => {
    const output = { A: "x<&>", L: [{ K: 1 }, { K: true }], None: undefined, T: new Date(0), M: new Map([["k", "v"]]) };
    expect(protocol.encode(call, output).body).toBe(
      '<DoResponse xmlns="urn:x"><DoResult><A>x&lt;&amp;&gt;</A><L><member><K>1</K></member><member><K>true</K></member></L>' +
        "<T>1970-01-01T00:00:00.000Z</T><M><entry><key>k</key><value>v</value></entry></M></DoResult>" +
        "<ResponseMetadata><RequestId>r-1</RequestId></ResponseMetadata></DoResponse>",
    );
    expect(protocol.encode(call, undefined).body).toBe(
      '<DoResponse xmlns="urn:x"><ResponseMetadata><RequestId>r-1</RequestId></ResponseMetadata></DoResponse>',
    );
  });

  test("errors", () => {
    const about = { requestId: "r-2", method: "POST", path: "/" };
    expect(protocol.error({ code: "Bad", status: 400, message: "a <b>" }, about)).toMatchObject({
      status: 400,
      body: '<ErrorResponse xmlns="urn:x"><Error><Type>Sender</Type><Code>Bad</Code><Message>a &lt;b&gt;</Message></Error><RequestId>r-2</RequestId></ErrorResponse>',
    });
  });

  test("holds no character that XML forbids", () => {
    expect(escapeXml("a\u0000b\u001Fc\td\r\n")).toBe("a\uFFFDb\uFFFDc\td&#xD;\n");
  });
});
