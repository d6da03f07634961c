// What the OpenAPI document says of this service; scripts/openapi.ts writes it.
import { openApi, pageOf } from "@warmstart/testing/openapi";
import * as v from "valibot";
import { codes } from "../src/errors.ts";
import {
  Accepted,
  AudioQuery,
  FeedQuery,
  ListQuery,
  NewPost,
  PostPath,
  PostSummary,
  PostView,
  VoicesQuery,
  VoiceView,
} from "../src/post-schemas.ts";

const PostPage = pageOf(PostSummary);
const Voices = v.strictObject({ data: v.array(VoiceView) });
const Offer = v.strictObject({ voice: v.string(), languages: v.array(v.string()), engines: v.array(v.string()) });
const offset = v.number();

const accepted = (description: string) => ({ description, body: Accepted, headers: ["Location"] });
const file = (description: string, type: string | readonly string[]) => ({
  description,
  type,
  headers: ["ETag", "Content-Security-Policy", "Referrer-Policy"],
});

export const document = openApi({
  title: "text-to-speech",
  description: "Posts, read aloud: audio, speech marks and a podcast of them.",
  codes,
  schemas: { NewPost, Accepted, Post: PostView, PostSummary, PostPage, Voices },
  problemMembers: {
    "invalid-text": v.object({ offset }),
    "invalid-ssml": v.object({ line: v.number(), column: v.number() }),
    "text-too-long": v.object({ chars: v.number(), maxChars: v.number() }),
    voice: v.object({ voices: v.array(Offer) }),
    format: v.object({ formats: v.array(v.string()) }),
    "too-much-to-speak": v.object({
      chunks: v.number(),
      maxChunks: v.number(),
      seconds: v.number(),
      maxSeconds: v.number(),
    }),
  },
  routes: {
    "POST /posts": {
      id: "createPost",
      summary: "Has a text read aloud: text or SSML, 100,000 characters at most where not set otherwise",
      security: "users",
      scopes: [],
      body: NewPost,
      idempotencyKey: "optional",
      answers: {
        202: accepted("It will be: ask for the post until it is ready or failed"),
        200: accepted("It is: the same was spoken for the caller before, which costs nothing"),
      },
      problems: ["nothing-to-speak", "invalid-text", "invalid-ssml", "text-too-long", "voice", "format", "too-much-to-speak", "budget-exhausted"], // prettier-ignore
    },
    "GET /posts": {
      id: "listPosts",
      summary: "The caller's posts, newest first; the link `alternate` is their podcast",
      security: "users",
      scopes: [],
      query: ListQuery,
      answers: { 200: { description: "One page", body: PostPage, headers: ["Link"] } },
      problems: ["invalid-cursor"],
    },
    "GET /posts/{id}": {
      id: "getPost",
      summary: "One post, when ready with URLs of its audio and marks that are good for an hour",
      security: "users",
      scopes: [],
      path: PostPath,
      answers: { 200: { description: "The post", body: PostView } },
    },
    "DELETE /posts/{id}": {
      id: "deletePost",
      summary: "Ends a post; its audio, marks and text go with the last post that uses them",
      security: "users",
      scopes: [],
      path: PostPath,
      answers: { 204: { description: "It is gone, or was" } },
    },
    "GET /voices": {
      id: "listVoices",
      summary: "Who can speak, in which languages, with which engines",
      query: VoicesQuery,
      answers: { 200: { description: "All that fit", body: Voices } },
    },
    "GET /feed.xml": {
      id: "getFeed",
      summary: "The ready posts of an owner as a podcast, for whoever has its address",
      query: FeedQuery,
      answers: { 200: { description: "RSS 2.0", type: "application/rss+xml" } },
      problems: ["not-found"],
    },
    "GET /audio/{id}": {
      id: "getAudio",
      summary: "Leads to the audio of a post in a podcast",
      path: PostPath,
      query: AudioQuery,
      answers: { 302: { description: "A URL that is good for an hour", headers: ["Location"] } },
      problems: ["not-found"],
    },
    "GET /": {
      id: "getPage",
      query: "any",
      summary: "The page that posts, lists, plays and shows the word that is spoken",
      answers: { 200: file("HTML", "text/html; charset=utf-8") },
    },
    "GET /web/{file}": {
      id: "getPageFile",
      query: "any",
      summary: "What the page is made of",
      path: v.object({ file: v.string() }),
      answers: { 200: file("A style sheet or a script", ["text/css", "text/javascript"]) },
    },
    "GET /config.json": {
      id: "getPageConfig",
      query: "any",
      summary: "Where the page signs in",
      answers: { 200: file("Endpoint and client", "application/json") },
    },
  },
});
