import { send } from "@warmstart/testing";
import { run } from "../command.ts";
import { serviceFolder } from "../repository.ts";
import { check, type Demo, step, until } from "./steps.ts";

interface Link {
  readonly code: string;
  readonly shortUrl: string;
}

interface Stats {
  readonly total: { readonly clicks: number; readonly bots: number };
}

const TARGET = "https://docs.aws.amazon.com/lambda/latest/dg/welcome.html";
const BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

const createKey = async (environment: Readonly<Record<string, string>>): Promise<string> => {
  const args = ["run", "--silent", "create-key", "--", "--owner", "demo", "--json"];
  const { status, output } = await run("npm", args, {
    cwd: serviceFolder("url-shortener"),
    env: environment,
    limitMs: 60_000,
  });
  check(status === 0, "a key", output);
  return (JSON.parse(output.slice(output.indexOf("{"))) as { key: string }).key; // the script's --json
};

/** A link is made, followed by a person, a HEAD and a bot, and counted right; a dangerous target is refused. */
export const urlShortener: Demo = async ({ url, environment }) => {
  const key = await createKey(environment);
  step("an API key", `${key.slice(0, 12)}…`);
  const headers = { "x-api-key": key };

  const created = await send("POST", `${url}/m/v1/links`, { headers, body: { url: TARGET, title: "What is Lambda?" } });
  check(created.status === 201, "201 for the new link", created.text);
  const { code, shortUrl } = created.json as Link; // checked by its status
  step("a short link", `${shortUrl} -> ${TARGET}`);

  const followed = await send("GET", `${url}/${code}`, { headers: { "user-agent": BROWSER } });
  check(followed.status === 302 && followed.headers["location"] === TARGET, "302 to the target", followed.headers);
  step("followed by a person", `302 ${followed.headers["location"]}`);
  const head = await send("HEAD", `${url}/${code}`, { headers: { "user-agent": BROWSER } });
  check(head.status === 302, "302 for HEAD", head.status);
  const bot = await send("GET", `${url}/${code}`, { headers: { "user-agent": "Googlebot/2.1" } });
  check(bot.status === 302, "302 for a bot", bot.status);

  const look = async (): Promise<Stats> =>
    (await send("GET", `${url}/m/v1/links/${code}/stats`, { headers })).json as Stats; // the API's schema
  const { total } = await until("the clicks", look, (stats) => stats.total.clicks + stats.total.bots >= 2);
  check(total.clicks === 1 && total.bots === 1, "one person, one bot, the HEAD not counted", total);
  step("counted from the log", `${total.clicks} click, ${total.bots} bot (the HEAD is none)`);

  const unsafe = await send("POST", `${url}/m/v1/links`, { headers, body: { url: "javascript:alert(1)" } });
  check(unsafe.status === 422, "422 for a script target", unsafe.text);
  step("javascript:alert(1)", `422 ${(unsafe.json as { code: string }).code}`);
  const stranger = await send("GET", `${url}/m/v1/links`, { headers: { "x-api-key": "sk_wrong" } });
  check(stranger.status === 403 || stranger.status === 401, "a wrong key to be refused", stranger.status);
  step("a wrong key", `${stranger.status} ${stranger.text}`);
};
