// The chosen client without the handler around it.
import { awsLinks } from "../../src/aws-get-link.ts";

const links = awsLinks(process.env["LINKS_TABLE"] ?? "");

export const handler = async (): Promise<unknown> => links.get("sale");
