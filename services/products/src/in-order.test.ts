import { describe, expect, test } from "@jest/globals";
import { inOrder, oneAfterAnother } from "./in-order.ts";

const numbers = async function* (count: number): AsyncGenerator<number> {
  for (let n = 0; n < count; n++) yield n;
};

const turns = async (count: number): Promise<void> => {
  for (let turn = 0; turn < count; turn++) await Promise.resolve();
};

describe("inOrder", () => {
  test("results come in the order of the inputs, and never more are at work than allowed", async () => {
    let [atWork, most] = [0, 0];
    const work = async (n: number): Promise<number> => {
      most = Math.max(most, ++atWork);
      await turns(100 + ((n * 7) % 20));
      atWork--;
      return n;
    };
    const results: number[] = [];
    for await (const result of inOrder(numbers(100), 8, work)) results.push(result);
    expect(results).toEqual(Array.from({ length: 100 }, (_, n) => n));
    expect(most).toBe(8);
  });

  test("what fails is thrown in its turn, after all that was begun has ended", async () => {
    let atWork = 0;
    const work = async (n: number): Promise<number> => {
      atWork++;
      await turns(n === 5 ? 1 : 30);
      atWork--;
      if (n === 5) throw new Error("the sixth");
      return n;
    };
    const results: number[] = [];
    const all = async (): Promise<void> => {
      for await (const result of inOrder(numbers(100), 8, work)) results.push(result);
    };
    await expect(all()).rejects.toThrow("the sixth");
    expect(results).toEqual([0, 1, 2, 3, 4]);
    expect(atWork).toBe(0);
  });
});

describe("oneAfterAnother", () => {
  test("the same key waits for its turn, another one does not", async () => {
    const inTurn = oneAfterAnother();
    const done: string[] = [];
    const work = (name: string, length: number) => async (): Promise<void> => {
      await turns(length);
      done.push(name);
    };
    await Promise.all([
      inTurn("mug", work("first mug", 50)),
      inTurn("mug", work("second mug", 0)),
      inTurn("cup", work("cup", 5)),
      inTurn("mug", work("third mug", 0)),
    ]);
    expect(done).toEqual(["cup", "first mug", "second mug", "third mug"]);
  });
});
