// What visitors get instead of a link, and the headers of every redirect.
import { AppError, html, notFound, redirect, type Reply } from "@warmstart/middleware";
import { fail } from "./errors.ts";
import { type GoneCode, type Headers, type Link, type LinkRecord, openLink } from "./redirect.ts";

export const noSuchLink = (): AppError => notFound("There is no such link");
export const goneLink = (code: GoneCode): AppError => fail(code, `This link is ${code.slice(5).replace("-", " ")}`);

/** The link if it can be followed; throws 404 or 410. */
export const openOrThrow = (record: LinkRecord | undefined, now: number): Link => {
  const link = openLink(record, now);
  if (!("kind" in link)) return link;
  throw link.kind === "gone" ? goneLink(link.code) : noSuchLink();
};

/** A redirect that no cache keeps: the next visitor may have to get another answer. */
export const found = (location: string, status: 302 | 303 = 302): Reply =>
  redirect(location, {
    status,
    headers: {
      "cache-control": "private, max-age=0, must-revalidate",
      "referrer-policy": "strict-origin-when-cross-origin",
      "x-robots-tag": "noindex",
    },
  });

const browserPage = (status: number): string =>
  `<!doctype html><title>${status}</title><h1>${status === 429 ? "Too many tries" : "This link leads nowhere"}</h1>`;

/** Expected failures as a page where a browser asks; all else gets the problem document that the wrapper makes. */
export const forBrowsers = async (headers: Headers, answer: () => Promise<Reply>): Promise<Reply> => {
  try {
    return await answer();
  } catch (error) {
    const wanted = headers["accept"]?.includes("text/html") === true;
    if (!(error instanceof AppError) || error.status >= 500 || !wanted) throw error;
    const { status } = error;
    return html(browserPage(status), {
      status,
      headers: { ...error.headers, "content-security-policy": "default-src 'none'" },
    });
  }
};

/** `https://sho.rt`: the configured base, else the host that was asked. API Gateway takes no foreign host. */
export const baseOf = (headers: Headers, configured: string): string =>
  configured.replace(/\/$/, "") || `${headers["x-forwarded-proto"] ?? "https"}://${headers["host"] ?? "localhost"}`;
