import { createRequire } from "node:module";
import { describe, expect, test } from "@jest/globals";
import file from "../locations.json" with { type: "json" };
import { readConfig } from "./config.ts";

const [london] = file.locations;
const good = { ...file, contact: "ann@example.org" };
const refusal = (changed: object, stage = "prod"): string => {
  try {
    readConfig({ ...good, ...changed }, stage);
    return "";
  } catch (error) {
    return String(Object(error).message);
  }
};

test("the file as it comes is good for this machine, and refused elsewhere until it has a contact", () => {
  expect(readConfig(file, "local").locations).toHaveLength(5);
  expect(() => readConfig(file, "prod")).toThrow("locations.json: contact is still the placeholder you@example.com");
  expect(refusal({})).toBe("");
});

const stage = (name: string) => ({ resolveVariable: async () => name });

test("packaging for any stage but local refuses the placeholder as well", async () => {
  const check = createRequire(import.meta.url)("../check-config.cjs") as (config: object) => Promise<unknown>; // a function of osls
  expect(await check(stage("local"))).toEqual({ stage: "local", locations: 5 });
  await expect(check(stage("prod"))).rejects.toThrow("locations.json: contact is still the placeholder");
});

describe("what is wrong is named, with its key", () => {
  test.each([
    [
      "a zone that there is not",
      { locations: [{ ...london, timeZone: "Europe/Lundon" }] },
      "locations.0.timeZone: is no IANA",
    ],
    ["a place beyond the pole", { locations: [{ ...london, lat: 91 }] }, "locations.0.lat: "],
    ["a place beyond the date line", { locations: [{ ...london, lon: -181 }] }, "locations.0.lon: "],
    ["an id twice", { locations: [london, london] }, "locations: has an id twice"],
    ["an id that is no name", { locations: [{ ...london, id: "Lon don" }] }, "locations.0.id: "],
    ["no provider", { locations: [{ ...london, providers: [] }] }, "locations.0.providers: names no provider"],
    ["a provider twice", { locations: [{ ...london, providers: ["met", "met"] }] }, "locations.0.providers: names a"],
    ["a provider that there is not", { locations: [{ ...london, providers: ["wttr"] }] }, "locations.0.providers.0: "],
    ["no location", { locations: [] }, "locations: "],
    ["a pace that MET would block", { rps: { met: 11 } }, "rps.met: "],
    ["a pace at which no request has its turn in time", { rps: { nws: 0.01 } }, "rps.nws: "],
    ["a contact that nobody can write to", { contact: "Ann" }, "contact: is no mail address or https URL"],
    ["a contact that no header can carry", { contact: "ä@example.org" }, "contact: "],
    ["a contact with a line end", { contact: "ann@example.org\r\nx: y" }, "contact: "],
    [
      "open-meteo without its licence",
      { locations: [{ ...london, providers: ["open-meteo"] }] },
      "london wants open-meteo",
    ],
    ["a key that nobody knows", { location: [] }, "location: "],
  ])("%s", (_name, changed, message) => {
    expect(refusal(changed)).toContain(`locations.json: ${message}`);
  });

  test("all at once", () => {
    expect(refusal({ contact: "Ann", locations: [{ ...london, lat: 91, lon: 181 }] })).toMatch(
      /contact: .*; locations\.0\.lat: .*; locations\.0\.lon: /,
    );
  });
});
