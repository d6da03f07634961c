import { describe, expect, test } from "@jest/globals";
import { createHash } from "node:crypto";
import { aLink } from "../test/a-link.ts";
import { linkPage, PAGE_HEADERS } from "./page.ts";

const page = (fields: Parameters<typeof aLink>[0], warning?: string) =>
  linkPage(aLink(fields), { abuseContact: "abuse@example.com", ...(warning !== undefined && { warning }) });

describe("the page of a link", () => {
  test("shows title, host and target, and a button that posts", () => {
    const html = page({ title: "Sale", url: "https://xn--bcher-kva.de/k" });
    expect(html).toContain("<h1>Sale</h1>");
    expect(html).toContain("<code>bücher.de</code> (<code>xn--bcher-kva.de</code>)");
    expect(html).toContain("<code>https://xn--bcher-kva.de/k</code>");
    expect(html).toContain('<form method="post" action="/p/sale"><button>');
    expect(html).toContain('href="mailto:abuse@example.com"');
  });

  test.each([{ protected: true }, { maxUses: 1 }])("with %j the target stays hidden", (fields) => {
    const html = page({ url: "https://example.com/secret-path", ...fields });
    expect(html).not.toContain("secret-path");
    expect(html).toContain("<code>example.com</code>");
    expect(html.includes('name="password"')).toBe(fields.protected === true);
  });

  test("warns of a confusable host and of a wrong password", () => {
    const html = page({ url: "https://xn--pple-43d.com/", confusable: true }, "That password is wrong.");
    expect(html.match(/role="alert"/g)).toHaveLength(2);
  });

  test("escapes everything, holds no script, and its style is the one that CSP allows", () => {
    const html = page({ title: `<script>alert(1)</script>"'&`, url: "https://example.com/?a=<b>&c='d'" });
    expect(html).not.toMatch(/<script|<b>/);
    expect(html).toContain("&#60;script&#62;alert(1)&#60;/script&#62;&#34;&#39;&#38;");
    const style = /<style>(.*)<\/style>/.exec(html)?.[1] ?? "";
    expect(PAGE_HEADERS["content-security-policy"]).toContain(createHash("sha256").update(style).digest("base64"));
  });
});
