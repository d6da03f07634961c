// Ids and times that are the same in every run, and differ between the events of one run only by what is in them.
import { createHash } from "node:crypto";

/** The instant at which test events happen: the start of the frozen clock of every test cloud. */
export const EVENT_TIME = Date.UTC(2026, 0, 15, 12, 0, 0);

export const REGION = "us-east-1";
export const ACCOUNT = "000000000000";

/** Hexadecimal digits derived from the content. */
export const digest = (content: unknown, length = 32): string =>
  createHash("sha512").update(JSON.stringify(content)).digest("hex").slice(0, length);

export const md5 = (text: string): string => createHash("md5").update(text).digest("hex");

/** A UUID derived from the content. */
export const uuid = (content: unknown): string =>
  digest(content).replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, "$1-$2-4$3-a$4-$5");
