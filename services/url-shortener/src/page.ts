// The page of a link: what it leads to before one goes there, and the form that asks for its password.
import { createHash } from "node:crypto";
import { domainToUnicode } from "node:url";
import type { Link } from "./redirect.ts";

const STYLE =
  "body{font:1rem/1.5 system-ui,sans-serif;max-width:36rem;margin:10vh auto;padding:0 1rem}code{overflow-wrap:anywhere}" +
  "button,input{font:inherit;padding:.4rem .8rem}.warning{border-left:.25rem solid #b00;padding-left:1rem}";
const STYLE_HASH = createHash("sha256").update(STYLE).digest("base64");

/** `form-action` allows every web target, because it may also govern the redirect that answers the form. */
export const PAGE_HEADERS = {
  "content-security-policy": `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; form-action 'self' https: http:; base-uri 'none'; frame-ancestors 'none'`,
  "referrer-policy": "no-referrer",
  "x-robots-tag": "noindex",
};

export interface PageOptions {
  /** Mail address for reports of abuse; no link without one. */
  readonly abuseContact: string;
  /** What went wrong with the last try. */
  readonly warning?: string;
}

const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

const document = (title: string, body: string): string =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escaped(title)}</title><style>${STYLE}</style></head><body>${body}</body></html>`;

const warning = (text: string): string => `<p class="warning" role="alert">${escaped(text)}</p>`;

const hostOf = (url: string): string => {
  const { hostname } = new URL(url);
  const unicode = domainToUnicode(hostname);
  return unicode === hostname
    ? `<code>${escaped(hostname)}</code>`
    : `<code>${escaped(unicode)}</code> (<code>${escaped(hostname)}</code>)`;
};

const abuse = (contact: string): string =>
  contact === ""
    ? ""
    : `<p><a href="mailto:${escaped(encodeURIComponent(contact).replace("%40", "@"))}">Report abuse</a></p>`;

/** The page of an open link. A link with a password or a use limit shows its host, never its whole target. */
export const linkPage = (link: Link, { abuseContact, warning: failure }: PageOptions): string => {
  const whole = link.protected !== true && link.maxUses === undefined;
  const title = link.title ?? "Short link";
  const field =
    '<p><label>Password <input type="password" name="password" required maxlength="128" autocomplete="off"></label></p>';
  return document(
    title,
    [
      `<h1>${escaped(title)}</h1>`,
      link.confusable === true ? warning("The name of this host mixes scripts and may imitate another.") : "",
      failure === undefined ? "" : warning(failure),
      `<p>This link leads to ${hostOf(link.url)}.</p>`,
      whole ? `<p><code>${escaped(link.url)}</code></p>` : "",
      `<form method="post" action="/p/${encodeURIComponent(link.code)}">${link.protected === true ? field : ""}<button>Continue</button></form>`,
      abuse(abuseContact),
    ].join(""),
  );
};
