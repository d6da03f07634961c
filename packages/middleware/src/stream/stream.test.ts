import { expect, test } from "@jest/globals";
import * as v from "valibot";
import { dynamo, streamRecord } from "../carrier/sources.test.fixture.ts";
import { capture, linesOf } from "../http/request.test.fixture.ts";
import { stream, type StreamInput } from "./stream.ts";

const Item = v.strictObject({ pk: v.string(), uses: v.number() });
type Seen = Pick<StreamInput<v.InferOutput<typeof Item>>, "change" | "old" | "new">;

const run = async (event: object): Promise<{ seen: Seen[]; result: unknown; out: string }> => {
  const seen: Seen[] = [];
  const handler = stream({ image: Item }, ({ change, old, new: image, keys }) => {
    expect(keys).toEqual({ pk: "a" });
    if (image?.uses === 666) throw new Error("cannot take it");
    seen.push({ change, old, new: image });
  });
  const [result, out] = await capture(handler, event);
  return { seen, result, out };
};
const image = (uses: number): object => ({ pk: { S: "a" }, uses: { N: String(uses) } });
const modified = (sequence: number, uses = sequence): object =>
  streamRecord(sequence, { OldImage: image(0), NewImage: image(uses) });

test("images come unmarshalled and validated, as the kind of change has them", async () => {
  const { seen, result } = await run(
    dynamo(
      streamRecord(1, { NewImage: image(1) }, "INSERT"),
      modified(2),
      streamRecord(3, { OldImage: image(2) }, "REMOVE"),
    ),
  );
  expect(seen).toEqual([
    { change: "INSERT", old: undefined, new: { pk: "a", uses: 1 } },
    { change: "MODIFY", old: { pk: "a", uses: 0 }, new: { pk: "a", uses: 2 } },
    { change: "REMOVE", old: { pk: "a", uses: 2 }, new: undefined },
  ]);
  expect(result).toEqual({ batchItemFailures: [] });
});

test("the first failure ends the batch: it and what follows come again", async () => {
  const { seen, result, out } = await run(dynamo(modified(7), modified(8, 666), modified(9)));
  expect(seen).toHaveLength(1);
  expect(result).toEqual({ batchItemFailures: [{ itemIdentifier: "8" }] });
  expect(linesOf(out)).toMatchObject([{ level: "ERROR", message: "A record failed", sequence_number: "8" }]);
});

test.each([
  ["an image that does not fit", streamRecord(5, { NewImage: { pk: { S: "a" } } })],
  ["an attribute of no type", streamRecord(5, { NewImage: { pk: { X: "a" } } })],
  ["no image's record", { eventSource: "aws:dynamodb", eventName: "MODIFY", dynamodb: { SequenceNumber: "5" } }],
  ["an unknown change", streamRecord(5, {}, "TRUNCATE")],
])("%s fails like any other record", async (_name, record) => {
  expect((await run(dynamo(record, modified(6)))).result).toEqual({ batchItemFailures: [{ itemIdentifier: "5" }] });
});

test("what is no stream's event is refused", async () => {
  for (const event of [{}, { Records: [] }, { Records: [{ eventSource: "aws:kinesis" }] }])
    await expect(run(event)).rejects.toThrow("Not an event of a DynamoDB stream");
});
