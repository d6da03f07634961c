import { describe, expect, test } from "@jest/globals";
import { failuresOf, goodRow, HEADER, importFile, skuOf } from "../test/import-file.ts";
import { memoryImports, type MemoryImports } from "../test/memory-imports.ts";
import { ImportFailure, newImportId, type ImportFile } from "./import.ts";
import { importProducts, PART_ROWS, type ImportPorts, type Outcome } from "./import-products.ts";

const id = newImportId();
const file: ImportFile = { bucket: "b", key: `uploads/${id}.csv`, versionId: "v1", etag: "e", sizeBytes: 0 };
const minutes = 60_000;
let runs = 0;
const full = process.env["WARMSTART_FULL"] === "1";

interface Run {
  readonly object?: Partial<ImportFile>;
  readonly remainingMilliseconds?: () => number;
}

const run = async (
  ports: ImportPorts,
  { object, remainingMilliseconds = () => 15 * minutes }: Run = {},
): Promise<Outcome> =>
  importProducts(ports, {
    object: { ...file, sequencer: "0A", eventTime: "", ...object },
    requestId: `run ${++runs}`,
    remainingMilliseconds,
  });

/** An import that waits for its file, which has this content. */
const waiting = async (content: string | Uint8Array, { dryRun = false } = {}): Promise<MemoryImports> => {
  const memory = memoryImports(content);
  await memory.records.expect({ id, dryRun, createdBy: "ann", createdAt: "2026-01-15T12:00:00.000Z" });
  return memory;
};

/** Ids by SKU. */
const madeBy = ({ added }: MemoryImports): ReadonlyMap<string, string> =>
  new Map([...added].map(([sku, product]) => [sku, product.id]));

test("every good row becomes a product, every bad one is named with its line and all that is wrong", async () => {
  const { text, good, bad } = importFile(1000);
  const memory = await waiting(text);
  expect(await run(memory)).toBe("done");
  const result = memory.result(id);
  expect(result.slice(0, 3)).toEqual(["line,sku,status,code", `2,${skuOf(1)},created,`, `3,${skuOf(2)},created,`]);
  expect(failuresOf(result)).toEqual(bad);
  expect(result).toHaveLength(1001);
  expect(memory.added.size).toBe(good);
  expect(memory.added.get(skuOf(5))).toMatchObject({
    sku: skuOf(5),
    name: 'Shelf, 5 "oak"',
    price: { amount: 185, currency: "EUR" },
    category: "home-5",
    status: "active",
    opening: { delta: 5, reason: `Line 6 of ${id}`, by: "ann" },
  });
  expect(memory.items.get(id)).toMatchObject({ state: "DONE", progress: { ok: good, failed: bad.size, line: 1002 } });
});

test("a dry run says the same of the rows, and makes no product", async () => {
  const { text, bad } = importFile(200);
  const memory = await waiting(text, { dryRun: true });
  expect(await run(memory)).toBe("done");
  expect(memory.added.size).toBe(0);
  const result = memory.result(id);
  expect(result[1]).toBe(`2,${skuOf(1)},valid,`);
  expect(failuresOf(result)).toEqual(new Map([...bad].filter(([, code]) => code !== "sku-taken")));
});

test("the columns may stand in any order", async () => {
  const memory = await waiting(`stock,price,sku,category,currency,name\r\n3,250,MUG,kitchen,EUR,Mug\r\n`);
  expect(await run(memory)).toBe("done");
  expect(memory.added.get("MUG")).toMatchObject({
    name: "Mug",
    price: { amount: 250, currency: "EUR" },
    opening: { delta: 3 },
  });
});

test("a file of a header alone is an import of nothing", async () => {
  const memory = await waiting(HEADER);
  expect(await run(memory)).toBe("done");
  expect(memory.result(id)).toEqual(["line,sku,status,code"]);
});

describe("a file that is no such CSV fails whole, and says why", () => {
  test.each<[string, string | Uint8Array, string, string]>([
    ["an empty file", "", "no-header", "empty"],
    ["no header", goodRow(1), "no-header", "There is no header"],
    ["an unknown column", `${HEADER},colour\n`, "unknown-column", '"colour"'],
    ["a column in capitals", HEADER.replace("sku", "SKU"), "unknown-column", '"SKU"'],
    ["a missing column", "sku,name,price,currency,category\n", "missing-column", "stock"],
    ["a column that stands twice", `${HEADER},sku\n`, "duplicate-column", "sku"],
    ["a header in broken quotes", `"${HEADER}\n`, "bad-header", "broken-quoting"],
    ["one line without an end", "x".repeat(1e6), "bad-header", "line-too-long"],
    ["a ZIP archive", Buffer.from("PK\x03\x04\x14\0\x06\0\x08\0\0\0", "latin1"), "not-csv", "Excel"],
    ["text in UTF-16", Buffer.from(`\uFEFF${HEADER}\n`, "utf16le"), "not-csv", "UTF-16"],
    ["zeros", Buffer.alloc(1000), "bad-header", "nul-byte"],
  ])("%s", async (_, content, code, detail) => {
    const memory = await waiting(content);
    expect(await run(memory)).toBe("failed");
    expect(memory.items.get(id)).toMatchObject({
      state: "FAILED",
      problem: { code, detail: expect.stringContaining(detail) },
    });
    expect(memory.added.size).toBe(0);
    expect(memory.result(id)).toEqual(["line,sku,status,code"]);
  });
});

describe("two rows with one SKU", () => {
  test("the first is the product, however long it takes", async () => {
    const memory = await waiting(
      `${HEADER}\nMUG,First,1,EUR,home,0\nMUG,Second,2,EUR,home,0\nCUP,Third,3,EUR,home,0\n`,
    );
    const add: ImportPorts["products"]["add"] = async (product, opening) => {
      if (product.name === "First") for (let turn = 0; turn < 50; turn++) await Promise.resolve();
      return memory.products.add(product, opening);
    };
    expect(await run({ ...memory, products: { add } })).toBe("done");
    expect(memory.added.get("MUG")).toMatchObject({ name: "First" });
    expect(memory.result(id).slice(1)).toEqual(["2,MUG,created,", "3,MUG,failed,sku-taken", "4,CUP,created,"]);
  });
});

/** A whole import, each run of it with so much time that it begins about so many rows. */
const inRuns = async (memory: MemoryImports, rowsEach: number): Promise<number> => {
  for (let count = 1; ; count++) {
    let calls = 0;
    const outcome = await run(memory, {
      remainingMilliseconds: () => 15 * minutes - (calls++ > rowsEach ? 14.1 * minutes : 0),
    });
    if (outcome !== "goes-on") return count;
    expect(memory.sent).toHaveLength(count);
    expect(memory.sent.at(-1)).toEqual(file);
  }
};

describe("an import of many runs", () => {
  test("one that is short of time leaves the rest to the next, and the result is that of one run", async () => {
    const { text, good, bad } = importFile(1000);
    const [whole, cut] = [await waiting(text), await waiting(text)];
    await run(whole);
    expect(await inRuns(cut, 90)).toBeGreaterThan(10);
    expect(cut.result(id)).toEqual(whole.result(id));
    expect(madeBy(cut)).toEqual(madeBy(whole));
    expect(cut.items.get(id)?.progress).toMatchObject({ ok: good, failed: bad.size });
  });

  test("after so many rows a part is written and counts, so that a later death costs no more than a part", async () => {
    const { text } = importFile(PART_ROWS + 500, 100);
    const memory = await waiting(text, { dryRun: true });
    const saved: number[] = [];
    const records: ImportPorts["records"] = {
      ...memory.records,
      checkpoint: async (begun, progress, options) => {
        saved.push(progress.line);
        return memory.records.checkpoint(begun, progress, options);
      },
    };
    expect(await run({ ...memory, records })).toBe("done");
    expect(saved).toEqual([PART_ROWS + 2, PART_ROWS + 502]);
  });
});

/** Dies at the n-th call of a port, before or after its effect, and does nothing more. */
const dying = (ports: ImportPorts, at: number, when: "before" | "after"): ImportPorts => {
  let calls = 0;
  const die =
    <A extends readonly unknown[], R>(call: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      const isIt = ++calls === at;
      if (calls > at || (isIt && when === "before")) throw new Error("killed");
      const result = await call(...args);
      if (isIt) throw new Error("killed");
      return result;
    };
  const { records, results, products } = ports;
  return {
    ...ports,
    records: {
      ...records,
      begin: die(async (...args) => records.begin(...args)),
      checkpoint: die(async (...args) => records.checkpoint(...args)),
      end: die(async (...args) => records.end(...args)),
    },
    results: {
      writePart: die(async (...args) => results.writePart(...args)),
      publish: die(async (...args) => results.publish(...args)),
    },
    products: { add: die(async (...args) => products.add(...args)) },
  };
};

describe("a run that dies", () => {
  test("at any call, before or after it: the next one ends with the same result, and no product is there twice", async () => {
    const { text } = importFile(60, 4);
    const whole = await waiting(text);
    await run(whole);
    for (const when of ["before", "after"] as const) {
      let deaths = 0;
      for (let at = 1; ; at++) {
        const memory = await waiting(text);
        const died = await run(dying(memory, at, when)).then(
          () => false,
          () => true,
        );
        if (!died) break;
        deaths++;
        const item = memory.items.get(id);
        if (item) item.leaseUntil = 0; // its time is over
        expect(["done", "ended"]).toContain(await run(memory));
        expect(memory.result(id)).toEqual(whole.result(id));
        expect(madeBy(memory)).toEqual(madeBy(whole));
        expect(memory.items.get(id)?.progress).toEqual(whole.items.get(id)?.progress);
      }
      expect(deaths).toBeGreaterThan(45);
    }
  });
});

const readDeleted: ImportPorts["read"] = async function* () {
  yield Buffer.from(`${HEADER}\n${goodRow(1)}\n${goodRow(2)}\n${skuOf(3)},cut of`);
  throw new ImportFailure("file-gone", "It was deleted");
};

test("a large file, two runs of which die in the middle: every good line is a product, once, and every bad one is named", async () => {
  const rows = full ? 100_000 : 2000;
  const { text, good, bad } = importFile(rows);
  const memory = await waiting(text);
  for (const at of [0.45 * rows, 0.3 * rows]) {
    await expect(run(dying(memory, at, "after"))).rejects.toThrow("killed");
    Object.assign(memory.items.get(id) ?? {}, { leaseUntil: 0 });
  }
  expect(await run(memory)).toBe("done");
  expect(failuresOf(memory.result(id))).toEqual(bad);
  expect(memory.result(id)).toHaveLength(1 + rows);
  expect(memory.added.size).toBe(good);
  expect(memory.items.get(id)?.progress).toMatchObject({ ok: good, failed: bad.size });
}, 300_000);

describe("what goes wrong on the way", () => {
  const rows = Array.from({ length: 100 }, (_, n) => `${goodRow(n)}\n`).join("");

  test("a table that throttles is given time, and no row fails for it", async () => {
    const memory = await waiting(`${HEADER}\n${rows}`);
    const throttled = new Map<string, number>();
    const add: ImportPorts["products"]["add"] = async (product, opening) => {
      const times = throttled.get(product.sku) ?? 0;
      throttled.set(product.sku, times + 1);
      if (times < 3) throw Object.assign(new Error("slower"), { name: "ThrottlingException" });
      return memory.products.add(product, opening);
    };
    const clock = Symbol.for("warmstart.clock");
    let waited = 0;
    Reflect.set(globalThis, clock, { skip: (milliseconds: number) => (waited += milliseconds) });
    expect(await run({ ...memory, products: { add } }).finally(() => Reflect.deleteProperty(globalThis, clock))).toBe(
      "done",
    );
    expect(waited).toBe(100 * 7000);
    expect(memory.items.get(id)?.progress).toMatchObject({ ok: 100, failed: 0 });
  });

  test("any other error ends the run, after all that it had begun, and nothing is told of that part", async () => {
    const memory = await waiting(`${HEADER}\n${rows}`);
    let atWork = 0;
    const add: ImportPorts["products"]["add"] = async (product, opening) => {
      atWork++;
      await Promise.resolve();
      atWork--;
      if (product.sku === skuOf(50)) throw new TypeError("a bug");
      return memory.products.add(product, opening);
    };
    await expect(run({ ...memory, products: { add } })).rejects.toThrow("a bug");
    expect(atWork).toBe(0);
    expect(memory.objects.size).toBe(0);
    expect(memory.items.get(id)).toMatchObject({ state: "RUNNING", progress: { line: 1 } });
  });

  test("a file that is gone in the middle: what was read is imported and told, and why there is no more", async () => {
    const memory = await waiting(`${HEADER}\n${rows}`);
    expect(await run({ ...memory, read: readDeleted })).toBe("failed");
    expect(memory.result(id)).toEqual(["line,sku,status,code", `2,${skuOf(1)},created,`, `3,${skuOf(2)},created,`]);
    expect(memory.items.get(id)).toMatchObject({
      state: "FAILED",
      problem: { code: "file-gone" },
      progress: { ok: 2 },
    });
  });
});

describe("messages come more than once", () => {
  test("while a run is at work another one begins nothing; after its end neither", async () => {
    const memory = await waiting(`${HEADER}\n${goodRow(1)}\n`);
    let meanwhile: Outcome | undefined;
    const add: ImportPorts["products"]["add"] = async (...args) => {
      meanwhile = await run(memory);
      return memory.products.add(...args);
    };
    expect(await run({ ...memory, products: { add } })).toBe("done");
    expect(meanwhile).toBe("busy");
    expect(await run(memory)).toBe("ended");
  });

  test("a second file under the same key is another file", async () => {
    const memory = await waiting(`${HEADER}\n${goodRow(1)}\n`);
    expect(await run(memory)).toBe("done");
    expect(await run(memory, { object: { versionId: "v2" } })).toBe("other-file");
  });

  test("an object that no import waits for begins nothing", async () => {
    const memory = await waiting(HEADER);
    for (const key of [
      `uploads/${newImportId()}.csv`,
      "uploads/mine.csv",
      `uploads/${id}`,
      `uploads/${id}.csv.csv`,
      "",
    ]) {
      expect(await run(memory, { object: { key } })).toBe("unknown");
    }
    expect(memory.items.get(id)?.state).toBe("WAITING");
  });
});
