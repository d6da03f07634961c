// npm run openapi -w services/url-shortener: writes openapi.json from the routes' schemas. A test compares the two.
import { writeFileSync } from "node:fs";
import { openApi } from "../test/openapi.ts";

writeFileSync(new URL("../openapi.json", import.meta.url), `${JSON.stringify(openApi(), undefined, 2)}\n`);
