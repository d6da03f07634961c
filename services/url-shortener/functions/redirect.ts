import { env, httpBare, type Reply, text, url } from "@warmstart/middleware";
import { randomBytes } from "node:crypto";
import { forBrowsers, found, goneLink, noSuchLink } from "../src/answers.ts";
import { awsLinks } from "../src/aws-get-link.ts";
import { clickLog } from "../src/clicks.ts";
import { decide, parseCode } from "../src/redirect.ts";

const { LINKS_TABLE, FALLBACK_URL } = env({ LINKS_TABLE: text(), FALLBACK_URL: url("") });
if (!/^(https?:|$)/.test(FALLBACK_URL)) throw new TypeError("Misconfigured: FALLBACK_URL must be http or https");

const links = awsLinks(LINKS_TABLE);
const logClick = clickLog(randomBytes(8).toString("hex"), (line) => process.stdout.write(line));

export const handler = httpBare(({ path, headers, query, method }) =>
  forBrowsers(headers, async (): Promise<Reply> => {
    const asked = parseCode(path["code"] ?? "");
    if (asked === undefined) throw noSuchLink();
    if (asked.plus) return found(`/p/${asked.code}`);
    const outcome = decide(await links.get(asked.code), { method, headers }, Date.now());
    switch (outcome.kind) {
      case "missing":
        if (FALLBACK_URL === "") throw noSuchLink();
        return found(FALLBACK_URL);
      case "gone":
        throw goneLink(outcome.code);
      case "page":
        return found(`/p/${asked.code}`);
      case "use":
      case "redirect":
        if (outcome.kind === "use" && !(await links.use(outcome.link))) throw goneLink("link-used-up");
        if (method !== "HEAD") logClick(outcome.link, headers, query);
        return found(outcome.link.url);
      default:
        return outcome satisfies never;
    }
  }),
);
