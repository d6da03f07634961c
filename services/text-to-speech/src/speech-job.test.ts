import { describe, expect, jest, test } from "@jest/globals";
import { framesOf, memoryJobs, spoken } from "../test/memory-jobs.ts";
import { VOICING } from "../test/a-post.ts";
import { planSpeech } from "./plan.ts";
import type { Post } from "./post.ts";
import { failPost, speakPost } from "./speech-job.ts";

const paragraph = (at: number): string => `Paragraph ${at} says ${"so many words ".repeat(20).trim()}.`;

const postOf = (given: Partial<Post> = {}): Post => {
  const content = given.content ?? [1, 2, 3].map(paragraph).join("\n\n");
  const voicing = {
    ...VOICING,
    ...given,
  } as const;
  const { marks = false, textType = "text" } = given;
  const { chars, microUsd, postHash } = planSpeech({ ...voicing, content, marks, textType });
  return {
    id: "pst_00000000000000000000000001" as Post["id"], // as the schema says
    owner: "ann",
    title: "Three paragraphs",
    status: "queued",
    version: 1,
    created: new Date().toISOString(),
    updated: new Date().toISOString(),
    reserve: { date: "2026-01-15", microUsd },
    ...voicing,
    content,
    marks,
    textType,
    chars,
    postHash,
  };
};

const throttled = {
  ok: false,
  permanent: false,
  error: { code: "throttling", detail: "Rate exceeded" },
} as const;

test("a post is spoken chunk by chunk, joined, and paid as it was billed", async () => {
  const it = memoryJobs(postOf());
  expect(await speakPost(it.ports, postOf().id)).toEqual({ done: true });
  const { chars } = postOf();
  expect(it.post()).toMatchObject({ status: "ready", billedChars: chars, cachedChars: 0 });
  expect(it.post()?.durationMs).toBe(Math.round((chars * 576_000) / 22_050));
  expect(it.budget()).toBe(chars * 4);
  expect(it.asked).toHaveLength(3);
  expect(it.objects.get("audio")).toHaveLength(it.post()?.bytes ?? 0);
  for (const name of ["billed_chars", "cached_chars", "polly_calls", "chunks", "time_to_ready_ms"])
    expect([...it.metrics.keys()]).toContain(name);
});

test("a second delivery asks nobody and changes nothing", async () => {
  const it = memoryJobs(postOf());
  await speakPost(it.ports, postOf().id);
  const before = it.post();
  it.asked.length = 0;
  expect(await speakPost(it.ports, postOf().id)).toEqual({ done: true });
  expect([it.post(), it.asked]).toEqual([before, []]);
});

test("no more than four chunks are spoken at once", async () => {
  const post = postOf({ content: Array.from({ length: 12 }, (_, at) => paragraph(at)).join("\n\n") });
  const it = memoryJobs(post);
  await speakPost(it.ports, post.id);
  expect([it.asked.length, it.atOnce()]).toEqual([12, 4]);
});

test("a post that another delivery has comes back when that one has ended", async () => {
  const leaseUntil = Date.now() + 200_000;
  const it = memoryJobs(postOf({ status: "synthesizing", leaseUntil }));
  expect(await speakPost(it.ports, postOf().id)).toEqual({ done: false, returnAt: leaseUntil });
  expect([it.asked, it.post()?.version]).toEqual([[], 1]);
});

test("two deliveries at once: one speaks, the other comes back", async () => {
  const it = memoryJobs(postOf());
  const outcomes = await Promise.all([speakPost(it.ports, postOf().id), speakPost(it.ports, postOf().id)]);
  expect(outcomes.filter(({ done }) => done)).toHaveLength(1);
  expect(it.asked).toHaveLength(3);
  expect(it.budget()).toBe(postOf().chars * 4);
});

test("a lease whose time is over is no hindrance", async () => {
  const it = memoryJobs(postOf({ status: "synthesizing", leaseUntil: Date.now() - 1 }));
  await speakPost(it.ports, postOf().id);
  expect(it.post()).toMatchObject({ status: "ready" });
});

test("a throttled post comes back within half a minute to two minutes, and only what is missing is bought then", async () => {
  let isBusy = true;
  const it = memoryJobs(postOf(), (request, at) => (isBusy && at === 2 ? throttled : spoken(request, at)));
  const now = Date.now();
  const outcome = await speakPost(it.ports, postOf().id);
  const returnAt = outcome.done ? 0 : outcome.returnAt;
  expect(returnAt).toBeGreaterThanOrEqual(now + 30_000);
  expect(returnAt).toBeLessThanOrEqual(Date.now() + 120_000);
  expect(it.post()).toMatchObject({ status: "synthesizing", leaseUntil: undefined });
  expect(it.metrics.get("throttles")).toEqual([1]);
  isBusy = false;
  it.asked.length = 0;
  await speakPost(it.ports, postOf().id);
  expect(it.asked).toHaveLength(1);
  expect(it.post()).toMatchObject({ status: "ready", billedChars: postOf().chars, cachedChars: 0 });
  expect(it.budget()).toBe(postOf().chars * 4);
});

test("what Polly refuses for good ends the post at once, and gives its price back", async () => {
  const error = { code: "lexicon-not-found", detail: "Lexicon not found: W3C" };
  const it = memoryJobs(postOf(), () => ({ ok: false, permanent: true, error }));
  expect(await speakPost(it.ports, postOf().id)).toEqual({ done: true });
  expect(it.post()).toMatchObject({ status: "failed", error });
  expect([it.budget(), it.metrics.get("posts_failed")]).toEqual([0, [1]]);
});

test("an outage is thrown on, and the next delivery need not wait for its lease", async () => {
  const it = memoryJobs(postOf(), () => Promise.reject(new Error("ServiceFailure")));
  await expect(speakPost(it.ports, postOf().id)).rejects.toThrow("ServiceFailure");
  expect(it.post()).toMatchObject({ status: "synthesizing", leaseUntil: undefined });
});

test("near the end of its time a job begins nothing more; the next delivery does the rest", async () => {
  const content = Array.from({ length: 10 }, (_, at) => paragraph(at)).join("\n\n");
  const post = postOf({ content });
  const time = new AbortController();
  const it = memoryJobs(post, (request, at) => {
    if (at === 5) time.abort(new Error("time"));
    return spoken(request, at);
  });
  await expect(speakPost({ ...it.ports, signal: time.signal }, post.id)).rejects.toThrow("time");
  const first = it.asked.length;
  expect(first).toBeLessThan(9);
  await speakPost(it.ports, post.id);
  expect([it.asked.length, it.post()?.status, it.budget()]).toEqual([10, "ready", post.chars * 4]);
});

/** Only paragraphs have a sound. */
const silent = (text: string) =>
  memoryJobs(postOf({ content: text }), (request, at) =>
    request.text.includes("Paragraph") ? spoken(request, at) : { ok: true, value: new Uint8Array(), billedChars: 1 },
  );

describe("audio of no frames", () => {
  test("for a text that has letters ends the post: no-audio", async () => {
    const it = silent("你好。");
    await speakPost(it.ports, postOf().id);
    expect(it.post()).toMatchObject({ status: "failed", error: { code: "no-audio" } });
  });

  test("for a paragraph of stars between others is as it should be", async () => {
    const it = silent(`${paragraph(1)}\n\n* * *\n\n${paragraph(2)}`);
    await speakPost(it.ports, postOf().id);
    expect(it.post()).toMatchObject({ status: "ready" });
  });
});

describe("a chunk that takes longer than Polly's ten minutes", () => {
  const FRAMES = Math.ceil((600 * 22_050) / 576);
  /** Cut off above so many characters. */
  const slow = (most: number) =>
    memoryJobs(postOf({ content: paragraph(1) }), ({ text }) => ({
      ok: true,
      value: framesOf(text, text.length > most ? FRAMES : text.length),
      billedChars: text.length,
    }));

  test("is halved until all of it is heard", async () => {
    const it = slow(200);
    await speakPost(it.ports, postOf().id);
    const post = it.post();
    expect(post).toMatchObject({ status: "ready" });
    expect(post?.durationMs).toBeLessThan(599_000);
    const once = postOf({ content: paragraph(1) }).chars;
    expect(post?.billedChars).toBeGreaterThan(once * 1.9); // cut off, then in halves; their ends are not billed
    expect(it.asked.length).toBeGreaterThanOrEqual(3);
  });

  test("is not bought again by another delivery", async () => {
    const it = slow(200);
    const { settle } = it.ports.jobs;
    const lost = jest.fn(async () => Promise.reject(new Error("lost")));
    await expect(speakPost({ ...it.ports, jobs: { ...it.ports.jobs, settle: lost } }, postOf().id)).rejects.toThrow(
      "lost",
    );
    it.asked.length = 0;
    await speakPost({ ...it.ports, jobs: { ...it.ports.jobs, settle } }, postOf().id);
    expect([it.asked, it.post()?.status]).toEqual([[], "ready"]);
  });

  test("even in a quarter ends the post: too-slow", async () => {
    const it = slow(0);
    await speakPost(it.ports, postOf().id);
    expect(it.post()).toMatchObject({ status: "failed", error: { code: "too-slow" } });
  });
});

test("marks are a second call of each chunk, billed again, and stand at their place in the post", async () => {
  const post = postOf({ marks: true, content: `Énd — one.\n\n${paragraph(2)}` });
  const it = memoryJobs(post);
  await speakPost(it.ports, post.id);
  expect(it.asked.filter((each) => each.startsWith("json"))).toHaveLength(2);
  expect(it.post()).toMatchObject({ status: "ready", billedChars: post.chars });
  const marks = JSON.parse(Buffer.from(it.objects.get("marks") ?? []).toString()) as {
    time: number;
    start: number;
    end: number;
    value: string;
  }[]; // what the job wrote
  expect(marks.map(({ value }) => value)).toEqual(["Énd", "Paragraph"]);
  for (const { start, end, value } of marks) expect(post.content?.slice(start, end)).toBe(value);
  expect(marks[1]?.time).toBeGreaterThan(0);
});

describe("other posts with the same content", () => {
  const ready = { durationMs: 1000, bytes: 6000, chars: 500, refs: 1 };

  test("one that was ready first lends its audio", async () => {
    const it = memoryJobs(postOf());
    it.audios.set(postOf().postHash, ready);
    await speakPost(it.ports, postOf().id);
    expect(it.asked).toEqual([]);
    expect(it.post()).toMatchObject({ status: "ready", billedChars: 0, cachedChars: 500, durationMs: 1000 });
    expect(it.audios.get(postOf().postHash)?.refs).toBe(2);
    expect(it.budget()).toBe(0);
  });

  test("one that was ready first does not hide what was bought until then", async () => {
    const it = memoryJobs(postOf());
    it.audios.set(postOf().postHash, ready);
    await it.ports.jobs.spend(postOf().id, 200);
    await speakPost(it.ports, postOf().id);
    expect(it.post()).toMatchObject({ billedChars: 200, cachedChars: 300 });
  });

  test("the last of which is being deleted are waited for", async () => {
    const it = memoryJobs(postOf());
    it.audios.set(postOf().postHash, { ...ready, refs: 0 });
    expect(await speakPost(it.ports, postOf().id)).toMatchObject({ done: false });
    it.audios.clear();
    expect(await speakPost(it.ports, postOf().id)).toEqual({ done: true });
    expect(it.post()).toMatchObject({ status: "ready" });
  });
});

test("a refrain is bought once, and heard each time", async () => {
  const content = [paragraph(1), paragraph(2), paragraph(1)].join("\n\n");
  const it = memoryJobs(postOf({ content, marks: true }));
  await speakPost(it.ports, postOf().id);
  expect(it.asked).toHaveLength(4);
  const { billedChars = 0, cachedChars = 0, durationMs = 0 } = it.post() ?? {};
  expect(billedChars).toBeGreaterThan(cachedChars * 1.9);
  expect(durationMs).toBe(Math.round(((billedChars + cachedChars) / 2) * (576_000 / 22_050)));
});

test("a text too long for the table is read from where it is", async () => {
  const { content: _content, ...post } = postOf();
  const it = memoryJobs(post);
  expect(await speakPost(it.ports, post.id)).toEqual({ done: true });
  expect(it.asked).toEqual(["mp3 36"]);
});

test("a post that is deleted while it is spoken leaves no audio, and is paid as it was billed", async () => {
  const it = memoryJobs(postOf(), (request, at) => {
    it.remove();
    return spoken(request, at);
  });
  expect(await speakPost(it.ports, postOf().id)).toEqual({ done: true });
  expect(it.objects.has("audio")).toBe(false);
  expect(it.budget()).toBe(postOf().chars * 4);
});

const killed = async () => Promise.reject(new Error("killed"));

/** Stored by a delivery that died before it could settle; then deleted. */
const orphaned = async () => {
  const it = memoryJobs(postOf());
  const jobs = { ...it.ports.jobs, settle: killed };
  await expect(speakPost({ ...it.ports, jobs }, postOf().id)).rejects.toThrow("killed");
  expect(it.objects.has("audio")).toBe(true);
  it.remove();
  return it;
};

describe("a post that is deleted while", () => {
  test("nobody is at work leaves no audio either, once its message comes again", async () => {
    const it = await orphaned();
    expect(await speakPost(it.ports, postOf().id)).toEqual({ done: true });
    expect(it.objects.has("audio")).toBe(false);
  });

  test("another one has the same audio leaves that as it is", async () => {
    const it = await orphaned();
    it.audios.set(postOf().postHash, { durationMs: 1000, bytes: 6000, chars: 500, refs: 1 });
    await speakPost(it.ports, postOf().id);
    expect(it.objects.has("audio")).toBe(true);
  });

  test.each([
    ["Polly is busy", throttled],
    ["Polly refuses it", { ok: false, permanent: true, error: { code: "invalid-ssml", detail: "No." } } as const],
  ])("%s is paid as it was billed", async (_why, refusal) => {
    const it = memoryJobs(postOf(), (request, at) => {
      if (at === 1) return spoken(request, at);
      it.remove();
      return refusal;
    });
    await speakPost(it.ports, postOf().id);
    const billed = await it.ports.jobs.spent(postOf().id);
    expect(billed).toBeGreaterThan(0);
    expect(it.budget()).toBe(billed * 4);
  });

  test("it is spoken gives nothing back twice, when its audio cannot be removed at first", async () => {
    const it = memoryJobs(postOf(), ({ text }) => {
      it.remove();
      return { ok: true, value: framesOf(text, 1), billedChars: 1 };
    });
    await expect(speakPost({ ...it.ports, files: { removeAudio: killed } }, postOf().id)).rejects.toThrow("killed");
    expect(it.budget()).toBeGreaterThanOrEqual(3 * 4);
    await speakPost(it.ports, postOf().id);
    expect([it.objects.has("audio"), it.budget() >= 3 * 4]).toEqual([false, true]);
  });
});

describe("a post whose message came too often", () => {
  test("ends as failed, with what it came to, and gives back what was not billed", async () => {
    const it = memoryJobs(postOf({ status: "synthesizing" }));
    await it.ports.jobs.spend(postOf().id, 100);
    await failPost(it.ports, postOf().id, 3);
    expect(it.post()).toMatchObject({
      status: "failed",
      error: { code: "gave-up", detail: expect.stringContaining("3") },
    });
    expect(it.budget()).toBe(400);
  });

  test("is left alone while somebody is at work", async () => {
    const it = memoryJobs(postOf({ status: "synthesizing", leaseUntil: Date.now() + 1000 }));
    await expect(failPost(it.ports, postOf().id, 3)).rejects.toThrow("being worked on");
  });

  test("and is left as it is when it is ready", async () => {
    const it = memoryJobs(postOf({ status: "ready" }));
    await failPost(it.ports, postOf().id, 3);
    expect(it.post()).toMatchObject({ status: "ready", version: 1 });
  });
});
