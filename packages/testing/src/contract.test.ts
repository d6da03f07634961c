import { expect, test } from "@jest/globals";
import { contract } from "./contract.ts";

interface Counter {
  readonly next: () => number;
}
const ran: number[] = [];

const counter = contract("a counter", (open: () => Counter | Promise<Counter>) => {
  test("counts from one", async () => {
    const { next } = await open();
    ran.push(next());
    expect(ran.at(-1)).toBe(1);
  });
});

const inMemory = (): Counter => {
  let count = 0;
  return { next: () => ++count };
};

counter("in memory", inMemory);
counter("behind a promise", async () => inMemory());

test("each implementation had the whole suite", () => expect(ran).toEqual([1, 1]));
