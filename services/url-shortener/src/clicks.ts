// The log line that a counted visit writes before it is answered; it is counted later (count-clicks.ts).
import type { Click } from "./count-clicks.ts";
import { type Headers, isPrefetch, type Link } from "./redirect.ts";

export const clickId = (link: Pick<Link, "code" | "createdAt">): string =>
  `${link.code}.${Date.parse(link.createdAt).toString(36)}`;

const refererHost = (referer: string | undefined): string | undefined => {
  if (referer === undefined || !URL.canParse(referer)) return undefined;
  const host = new URL(referer).hostname;
  return host === "" || host.length > 100 ? undefined : host;
};

/**
 * Writes one JSON line per counted visit. It goes to stdout before the answer, because Lambda freezes the instance
 * after it; and past console.log, which would put a prefix before the JSON that the subscription filter reads.
 */
export const clickLog = (sandbox: string, write: (line: string) => unknown) => {
  let seq = 0;
  return (link: Link, headers: Headers, query: Headers): void => {
    const mute = headers["dnt"] === "1" || headers["sec-gpc"] === "1";
    const click: Click = {
      sandbox,
      seq: seq++,
      t: Date.now(),
      id: clickId(link),
      ...(query["s"] === "qr" && { src: "qr" as const }),
      ...(isPrefetch(headers) && { pre: 1 as const }),
      ...(!mute && { ref: refererHost(headers["referer"]), ua: headers["user-agent"]?.slice(0, 160) }),
    };
    write(`${JSON.stringify({ type: "click", v: 1, ...click })}\n`);
  };
};
