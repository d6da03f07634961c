import wrap from "@middy/core";
import { handler as bare } from "./bare.ts";

export const handler = wrap(bare);
