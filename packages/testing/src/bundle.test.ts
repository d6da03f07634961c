import { expect, test } from "@jest/globals";
import { expectBundle } from "./bundle.ts";

const redirect = expectBundle("services/url-shortener/redirect");

test("a small and quick function is under its limits", async () => {
  await expect(redirect.toBeUnder({ kb: 26, loadMs: 60 })).resolves.toBeUndefined();
});

test("one that is too large or too slow says by how much", async () => {
  await expect(redirect.toBeUnder({ kb: 1 })).rejects.toThrow(/redirect is \d\d\.\d KB, more than 1$/);
  await expect(redirect.toBeUnder({ kb: 26, loadMs: 0.01 })).rejects.toThrow(/loads in \d+\.\d ms, more than 0\.01$/);
});

test("a service or function that is not there is named", async () => {
  await expect(expectBundle("services/nowhere/redirect").toBeUnder({ kb: 1 })).rejects.toThrow("No service");
  await expect(expectBundle("services/url-shortener/nothing").toBeUnder({ kb: 1 })).rejects.toThrow("nothing.zip");
});
