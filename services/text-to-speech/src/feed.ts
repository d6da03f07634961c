// A podcast of an owner's posts: RSS 2.0 with what players of podcasts read beyond it.
// https://www.rssboard.org/rss-specification, https://help.apple.com/itc/podcasts_connect/#/itcb54353390
import type { Format, ListedPost } from "./post.ts";

/** Players fetch all of a feed each time; who wants older ones has the list. */
export const MOST_ITEMS = 100;

const TYPE: Readonly<Record<Format, string>> = { mp3: "audio/mpeg", ogg: "audio/ogg" };
const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};

/** For elements and attributes; characters that XML 1.0 cannot hold are left out. */
const escapeXml = (text: string): string =>
  text
    .toWellFormed()
    // oxlint-disable-next-line no-control-regex -- they are what is left out
    .replaceAll(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "")
    .replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? "");

/** `1:02:03` */
const clockOf = (durationMs: number): string => {
  const seconds = Math.round(durationMs / 1000);
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return parts.map((part) => String(part).padStart(2, "0")).join(":");
};

const itemOf = (post: ListedPost, audioUrl: string): string => `    <item>
      <title>${escapeXml(post.title)}</title>
      <guid isPermaLink="false">${post.id}</guid>
      <pubDate>${new Date(post.created).toUTCString()}</pubDate>
      <enclosure url="${escapeXml(audioUrl)}" length="${post.bytes ?? 0}" type="${TYPE[post.format]}"/>
      <itunes:duration>${clockOf(post.durationMs ?? 0)}</itunes:duration>
    </item>`;

/** `base` is where the API is: `https://api.example`. Posts that are not ready are left out. */
export const feedXml = (
  posts: readonly ListedPost[],
  { base, owner, token }: { readonly base: string; readonly owner: string; readonly token: string },
): string => {
  const self = `${base}${feedPath(owner, token)}`;
  const audioUrl = ({ id }: ListedPost): string => `${base}/audio/${id}?token=${token}`;
  const items = posts.filter(({ status }) => status === "ready").map((post) => itemOf(post, audioUrl(post)));
  return `<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd">
  <channel>
    <title>Spoken posts</title>
    <link>${escapeXml(base)}/</link>
    <description>What you have had read aloud</description>
    <language>en</language>
    <itunes:block>Yes</itunes:block>
    <atom:link href="${escapeXml(self)}" rel="self" type="application/rss+xml"/>
${items.map((item) => `${item}\n`).join("")}  </channel>
</rss>
`;
};

export const feedPath = (owner: string, token: string): string =>
  `/feed.xml?${new URLSearchParams({ owner, token }).toString()}`;
