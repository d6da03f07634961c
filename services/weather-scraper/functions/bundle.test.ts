// What is deployed, and what loads when a function starts cold.
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { zipContent, zipEntries } from "@warmstart/deploy/zip";
import { expectBundle } from "@warmstart/testing";

const packaged = new URL("../.serverless/", import.meta.url);

test("a route is small, and who only lists brings no SDK along", async () => {
  await expectBundle("services/weather-scraper/getForecast").toBeUnder({ kb: 450 });
  await expectBundle("services/weather-scraper/listLocations").toBeUnder({ kb: 60 });
});

test("no zip holds the parser of HTML that the example needs", () => {
  const zips = readdirSync(packaged).filter((name) => name.endsWith(".zip"));
  expect(zips).toHaveLength(7);
  for (const name of zips) {
    const zip = readFileSync(new URL(name, packaged));
    const code = zipEntries(zip).map((entry) => zipContent(zip, entry).toString());
    expect(code.join("")).toContain("statusCode");
    expect(code.join("")).not.toMatch(/cheerio|parse5|htmlparser2/);
  }
});
