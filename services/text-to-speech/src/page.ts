// The page: its files, where they lead, and what a browser lets them do.
import { createHash } from "node:crypto";
import { notFound, plain, type Reply } from "@warmstart/middleware";
import html from "../web/index.html";
import css from "../web/page.css";
// oxlint-disable-next-line import/default -- bundled as a text
import script from "../web/player.page.js";
import prices from "./prices.json" with { type: "json" };

export interface PageSettings {
  /** URL of Cognito's API. */
  readonly cognito: string;
  readonly clientId: string;
  /** Of the URLs that S3 is asked by. */
  readonly bucketOrigin: string;
}

/** Own scripts and styles only, and texts where a script would make markup of them: nothing that is posted can run. */
const policy = ({ cognito, bucketOrigin }: PageSettings): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src data:",
    `connect-src 'self' ${new URL(cognito).origin} ${bucketOrigin}`,
    `media-src ${bucketOrigin}`,
    "form-action 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
  ].join("; ");

/** Answers by path. Browsers ask each time whether what they have is still so. */
export const createPage = (settings: PageSettings): ((path: string) => Reply) => {
  const { cognito, clientId } = settings;
  const { microUsdPerCharacter } = prices;
  const headers = {
    "content-security-policy": policy(settings),
    "referrer-policy": "no-referrer",
    "cache-control": "no-cache",
  };
  const file = (body: string, type: string): Reply =>
    plain(body, type, { headers, etag: `"${createHash("sha256").update(body).digest("base64url").slice(0, 22)}"` });
  const files: ReadonlyMap<string, Reply> = new Map([
    ["/", file(html, "text/html; charset=utf-8")],
    ["/web/page.css", file(css, "text/css")],
    ["/web/player.page.js", file(script, "text/javascript")],
    ["/config.json", file(JSON.stringify({ cognito, clientId, microUsdPerCharacter }), "application/json")],
  ]);
  return (path) => {
    const found = files.get(path);
    if (found === undefined) throw notFound("The page has no such file");
    return found;
  };
};
