import { describe, expect, test } from "@jest/globals";
import type { MetricPoint } from "../bus/bus.ts";
import { openTestApi } from "./open-test-api.test.fixture.ts";

describe("what is told of a request", () => {
  test("its metrics, with the API alone and with the stage", async () => {
    const api = await openTestApi({ routes: { "GET /a": "echo", "GET /gone": "gone" } });
    const points: MetricPoint[] = [];
    api.ground.bus.on("metric-counted", (point) => void points.push(point));
    for (const line of ["GET /a", "GET /gone", "GET /none"]) await api.send(line);
    const sum = (name: string, stage: boolean): number =>
      points
        .filter((point) => point.name === name && "Stage" in point.dimensions === stage)
        .reduce((total, { value }) => total + value, 0);
    for (const stage of [true, false])
      expect([sum("Count", stage), sum("4xx", stage), sum("5xx", stage)]).toEqual([3, 1, 1]);
    expect(points.filter(({ name }) => name === "IntegrationLatency")).toHaveLength(4);
    expect(points[0]).toEqual({
      namespace: "AWS/ApiGateway",
      name: "Count",
      dimensions: { ApiId: api.apiId },
      value: 1,
      unit: "Count",
    });
    expect(api.ground.meter.read()).toEqual([{ service: "http-api", unit: "requests", amount: 3 }]);
  });

  test("its trace: the one that came, or a new one, which the function gets too", async () => {
    const given: (string | undefined)[] = [];
    const api = await openTestApi({
      functions: {
        note: (_event, { traceId }) => {
          given.push(traceId);
          return "";
        },
      },
      routes: { $default: "note" },
    });
    await api.send("GET /links", { headers: { "x-amzn-trace-id": "Root=1-a-b;Parent=c" } });
    await api.send("GET /links", { headers: { "x-amzn-trace-id": "garbage" } });
    expect(given).toEqual(["Root=1-a-b;Parent=c", expect.stringMatching(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/)]);
    expect(api.ground.traces.get("1-a-b")?.spans).toMatchObject([{ kind: "http", name: "GET /links", status: "200" }]);
    expect(api.ground.traces.list()).toHaveLength(2);
  });

  test("faults cut the connection before or after the function, or make the client wait", async () => {
    let calls = 0;
    const api = await openTestApi({
      functions: {
        count: () => {
          calls++;
          return "";
        },
      },
      routes: { $default: "count" },
    });
    const match = { service: "apigateway", action: "Invoke" };
    api.ground.faults.add({ match, when: { nth: 1 }, effect: { kind: "reset" } });
    api.ground.faults.add({ match, when: { nth: 2 }, effect: { kind: "lost-answer" } });
    api.ground.faults.add({ match, when: { nth: 3 }, effect: { kind: "delay", ms: 1 } });
    await expect(api.send("GET /")).rejects.toThrow("socket hang up");
    expect(calls).toBe(0);
    await expect(api.send("GET /")).rejects.toThrow("socket hang up");
    expect(calls).toBe(1);
    expect((await api.send("GET /")).status).toBe(200);
  });
});
