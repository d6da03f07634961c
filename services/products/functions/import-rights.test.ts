// What the roles of imports may do is what their functions do: no right too many, none too few.
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { expectLeastPrivilege, s3Event, sqsEvent } from "@warmstart/testing";
import { goodRow, HEADER } from "../test/import-file.ts";
import { openImports, type Imports } from "../test/open-imports.ts";

const ROLES = ["CreateImportRole", "GetImportRole", "ImportProductsRole"];

let s: Imports;
beforeAll(async () => {
  s = await openImports();
});
afterAll(() => s.cloud.close());

/** A row that takes more than half of a run's time: the other half is kept, so the rest is sent on. */
const [TIME_LIMIT_SECONDS, SLOW_ROW] = [
  6,
  {
    match: { service: "dynamodb", action: "TransactWriteItems" },
    when: { nth: 1 },
    effect: { kind: "delay", ms: 3100 },
  },
] as const;

test("an import in two runs, its result, the same form again, and a file that is gone use every right", async () => {
  await s.setTimeLimit(TIME_LIMIT_SECONDS);
  await s.cloud.faults.add(SLOW_ROW);
  const rows = Array.from({ length: 100 }, (_, n) => goodRow(n));
  const id = await s.sent([HEADER, ...rows].join("\n"));
  expect(await s.cloud.idle()).toHaveNoDeadLetters();
  const said = (await s.cloud.logs()).map(({ message }) => message).filter((message) => message.includes(id));
  expect(said.filter((message) => message.includes("import goes-on")).length).toBeGreaterThan(0);
  expect(await s.result(id)).toEqual([
    "line,sku,status,code",
    ...rows.map((row, n) => `${n + 2},${row.slice(0, 11)},created,`),
  ]);
  const headers = { ...(await s.staffNow()), "idempotency-key": "an-import-of-march" };
  for (let time = 0; time < 2; time++) {
    expect(await s.app.http.post("/v1/product-imports", { headers })).toBeHttp(201);
  }
  const { fields } = await s.newImport();
  const gone = s3Event({
    bucket: s.app.outputs["ImportsBucketName"] ?? "",
    key: fields["key"] ?? "",
    versionId: "3sL4kqtJlcpXroDTDmJ.rmSpXd3dIbrH",
  });
  expect(await s.deliver(sqsEvent([gone]))).toBe(true);
  const rights = async () => (await s.app.rights()).filter(({ role }) => ROLES.includes(role));
  expect(await rights()).toHaveLength(ROLES.length);
  await expectLeastPrivilege({ ...s.app, rights });
});
