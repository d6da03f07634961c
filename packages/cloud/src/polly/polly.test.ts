// Polly's API through the unmodified SDK, which speaks HTTP/2, and over HTTP/1.1 as other clients do.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as sdk from "@aws-sdk/client-polly";
import { CloudFormationClient, CreateStackCommand, DescribeStacksCommand } from "@aws-sdk/client-cloudformation";
import { CreateBucketCommand, GetObjectCommand, HeadObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { CreateTopicCommand, SNSClient, SubscribeCommand } from "@aws-sdk/client-sns";
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import type { Cloud } from "../api.ts";
import { createCloud } from "../cloud.ts";
import type { Effect } from "../faults/faults.ts";
import type { SpeechMark } from "./speech-port.ts";

const NOW = Date.UTC(2026, 0, 15, 12);
const HELLO = "Hello world.";
/** What clients say of an answer that did not come to its end. */
const CUT = /Stream closed with error|aborted|ECONNRESET|did not get a response/;
let cloud: Cloud;
let said: string[] = [];
let client: sdk.PollyClient;
let s3: S3Client;
let settings: { endpoint: string; region: string; credentials: { accessKeyId: string; secretAccessKey: string } };

beforeAll(async () => {
  cloud = await createCloud({ port: 0, frozenAt: NOW, voices: "fast", report: (line) => void said.push(line) });
  settings = {
    endpoint: cloud.endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  };
  client = new sdk.PollyClient({ ...settings, maxAttempts: 1 });
  s3 = new S3Client({ ...settings, forcePathStyle: true });
});
afterAll(async () => {
  client.destroy();
  await cloud.close();
});
afterEach(async () => {
  said = [];
  await fetch(`${cloud.endpoint}/_warmstart/v1/faults`, { method: "DELETE" });
});

type Order = Partial<sdk.SynthesizeSpeechCommandInput>;
const order = (more: Order = {}): sdk.SynthesizeSpeechCommandInput => ({
  Text: HELLO,
  OutputFormat: "mp3",
  VoiceId: "Joanna",
  ...more,
});
const synthesize = (more: Order = {}) => client.send(new sdk.SynthesizeSpeechCommand(order(more)));
const bytesOf = async (more: Order = {}): Promise<Buffer> => {
  const { AudioStream } = await synthesize(more);
  return Buffer.from((await AudioStream?.transformToByteArray()) ?? []);
};
const ssml = (Text: string, more: Order = {}): Order => ({ Text, TextType: "ssml", ...more });
const marksOf = async (Text: string, more: Order = {}): Promise<readonly SpeechMark[]> => {
  const marks: Order = { OutputFormat: "json", SpeechMarkTypes: ["word", "sentence"] };
  const lines = await bytesOf({ Text, ...marks, ...(Text.startsWith("<speak>") && { TextType: "ssml" }), ...more });
  return lines
    .toString()
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as SpeechMark); // what Polly writes
};
/** The words of marks, as they stand in the text. */
const wordsOf = (text: string, marks: readonly SpeechMark[]): readonly string[] =>
  marks.flatMap((mark) => (mark.type === "word" ? [Buffer.from(text).subarray(mark.start, mark.end).toString()] : []));
const fault = (effect: Effect, match: object = {}, when?: object): Promise<Response> =>
  fetch(`${cloud.endpoint}/_warmstart/v1/faults`, {
    method: "POST",
    body: JSON.stringify({ match: { service: "polly", ...match }, effect, ...(when && { when }) }),
  });

const secondsOf = async (text: string): Promise<number> =>
  (await bytesOf(ssml(text, { OutputFormat: "pcm" }))).length / 32_000;

const voices = async (input: sdk.DescribeVoicesCommandInput) =>
  ((await client.send(new sdk.DescribeVoicesCommand(input))).Voices ?? []).map(({ Id }) => Id);

const pls = (lexemes: string, language = "en-US", alphabet = "ipa"): string =>
  `<?xml version="1.0" encoding="UTF-8"?>
<lexicon version="1.0" xmlns="http://www.w3.org/2005/01/pronunciation-lexicon" alphabet="${alphabet}" xml:lang="${language}">${lexemes}</lexicon>`;

const lexeme = (grapheme: string, alias: string): string =>
  `<lexeme><grapheme>${grapheme}</grapheme><alias>${alias}</alias></lexeme>`;

const putLexicon = (Name: string, Content: string) => client.send(new sdk.PutLexiconCommand({ Name, Content }));

const startTask = (more: Partial<sdk.StartSpeechSynthesisTaskCommandInput> = {}) =>
  client.send(
    new sdk.StartSpeechSynthesisTaskCommand({
      ...order(),
      OutputS3BucketName: "speeches",
      OutputFormat: "mp3",
      ...more,
    }),
  );

const getTask = async (TaskId: string | undefined) =>
  (await client.send(new sdk.GetSpeechSynthesisTaskCommand({ TaskId }))).SynthesisTask ?? {};

const role = (Action: string[], Resource: string) => ({
  Type: "AWS::IAM::Role",
  Properties: {
    AssumeRolePolicyDocument: { Version: "2012-10-17", Statement: [{ Effect: "Allow", Principal: { AWS: "arn:aws:iam::000000000000:root" }, Action: "sts:AssumeRole" }] }, // prettier-ignore
    Policies: [{ PolicyName: "polly", PolicyDocument: { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action, Resource }] } }], // prettier-ignore
  },
});

const outcomes = async (): Promise<string[]> => {
  const all: string[] = [];
  for (let call = 0; call < 5; call++)
    all.push(await bytesOf({ Text: "a" }).then(() => "ok", ({ name }: Error) => name)); // prettier-ignore
  return all;
};

describe("SynthesizeSpeech", () => {
  test.each([
    ["mp3", "audio/mpeg", /^(fff3|4944)/],
    ["ogg_vorbis", "audio/ogg", /^4f676753/],
    ["pcm", "audio/pcm", /^/],
  ] as const)("%s comes as %s, the same over HTTP/2 and HTTP/1.1", async (OutputFormat, type, magic) => {
    const { AudioStream, ContentType, RequestCharacters, $metadata } = await synthesize({ OutputFormat });
    expect([ContentType, RequestCharacters]).toEqual([type, HELLO.length]);
    expect($metadata.requestId).toMatch(/^[\da-f-]{36}$/);
    const bytes = Buffer.from((await AudioStream?.transformToByteArray()) ?? []);
    expect(bytes.toString("hex")).toMatch(magic);
    expect(bytes.length).toBeGreaterThan(2_000);
    const { requestHandler } = s3.config; // another client's, which speaks HTTP/1.1
    const older = new sdk.PollyClient({ ...settings, requestHandler });
    const again = await older.send(new sdk.SynthesizeSpeechCommand(order({ OutputFormat })));
    expect(Buffer.from((await again.AudioStream?.transformToByteArray()) ?? []).equals(bytes)).toBe(true);
  });

  test("the request log has characters, voice and format of a call, never its text", async () => {
    const before = cloud.requests({ service: "polly" }).length;
    await bytesOf({ Text: "Grandmother's secret recipe.", Engine: "neural" });
    await expect(synthesize({ Text: "Grandmother's secret recipe.", Engine: "long-form" })).rejects.toMatchObject({
      name: "EngineNotSupportedException",
    });
    const records = cloud.requests({ service: "polly" }).slice(before);
    const facts = { characters: 28, voice: "Joanna", engine: "neural", format: "mp3" };
    expect(records.map(({ status, facts }) => [status, facts])).toEqual([
      [200, facts],
      [400, undefined],
    ]);
    expect(JSON.stringify([records, said])).not.toContain("recipe");
    const { costs } = (await (await fetch(`${cloud.endpoint}/_warmstart/v1/costs`)).json()) as {
      costs: { service: string; unit: string; amount: number; usd: number }[];
    };
    expect(costs).toContainEqual({ service: "polly", unit: "neural-characters", amount: 28, usd: 28 * 16e-6 });
  });

  test.each<[string, Order, string]>([
    [
      "3,001 billed characters",
      { Text: "a".repeat(3_001) },
      "TextLengthExceededException: Maximum text length has been exceeded",
    ],
    [
      "6,001 characters with tags",
      ssml(`<speak>a${" ".repeat(2)}${"<p></p>".repeat(857)}</speak>`),
      "TextLengthExceededException",
    ],
    [
      "an unknown tag",
      ssml("<speak>\n a <foo/></speak>"),
      "InvalidSsmlException: Invalid SSML request: line 2, column 4: the tag <foo> is not supported",
    ],
    [
      "an attribute of another tag",
      ssml('<speak><p constructor="secret">a</p></speak>'),
      "InvalidSsmlException: (?!.*secret)",
    ],
    ["tags that do not nest", ssml("<speak><p><s>a</p></s></speak>"), "InvalidSsmlException"],
    ["SSML without <speak>", ssml("hello"), "InvalidSsmlException"],
    [
      "a document type",
      ssml('<!DOCTYPE speak [<!ENTITY a "b">]><speak>&a;</speak>'),
      "InvalidSsmlException: .*declarations",
    ],
    ["an entity of its own", ssml("<speak>&nbsp;</speak>"), "InvalidSsmlException"],
    ["101 levels", ssml(`<speak>${"<p>".repeat(100)}`), "InvalidSsmlException: .*100 deep"],
    ["a break of 11 seconds", ssml('<speak>a<break time="11s"/></speak>'), "InvalidSsmlException"],
    [
      "a tag that the engine does not have",
      ssml("<speak><emphasis>a</emphasis></speak>", { Engine: "neural" }),
      "InvalidSsmlException: .*neural",
    ],
    ["a lexicon that does not exist", { LexiconNames: ["none"] }, "LexiconNotFoundException"],
    [
      "an engine that the voice does not have",
      { VoiceId: "Joey", Engine: "generative" },
      "EngineNotSupportedException: This voice does not support the selected engine: generative",
    ],
    ["a language that the voice does not speak", { LanguageCode: "de-DE" }, "LanguageNotSupportedException"],
    ["a sample rate of mp3 for pcm", { OutputFormat: "pcm", SampleRate: "22050" }, "InvalidSampleRateException"],
    ["a sample rate that is none", { SampleRate: "fast" }, "InvalidSampleRateException"],
    ["marks of an mp3", { SpeechMarkTypes: ["word"] }, "MarksNotSupportedForFormatException"],
    [
      "SSML marks of plain text",
      { OutputFormat: "json", SpeechMarkTypes: ["ssml"] },
      "SsmlMarksNotSupportedForTextTypeException",
    ],
    [
      "marks of a generative voice",
      { OutputFormat: "json", SpeechMarkTypes: ["word"], Engine: "generative" },
      "ValidationException",
    ],
    ["json without marks", { OutputFormat: "json" }, "ValidationException"],
    [
      "a format that is not here",
      { OutputFormat: "ogg_opus", SampleRate: "48000" },
      "ValidationException: .*not available locally",
    ],
    [
      "a voice of another language",
      { VoiceId: "Vicki" },
      "ValidationException: .*Joanna.*npm install --no-save @echogarden/espeak",
    ],
    ["text without letters or digits", { Text: "… !?" }, "ValidationException"],
    ["text in a script that no voice here reads", { Text: "你好" }, "ValidationException"],
  ])("%s is refused", async (_what, given, expected) => {
    const [name = "", message] = expected.split(/: (.*)/s);
    const error: unknown = await synthesize(given).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(sdk.PollyServiceException);
    expect(error).toMatchObject({
      name,
      $metadata: { httpStatusCode: name === "LexiconNotFoundException" ? 404 : 400 },
    });
    expect(error).toMatchObject({ message: expect.stringMatching(new RegExp(message ?? "^")) });
  });

  test("hostile SSML is answered at once", async () => {
    const deep = { OutputS3BucketName: "bucket", OutputFormat: "mp3", VoiceId: "Joanna", TextType: "ssml" } as const;
    const started = performance.now();
    for (const Text of [
      `<speak>${"<p>".repeat(10_000)}`,
      `<speak ${'a="b" '.repeat(25_000)}<`,
      `<speak>${"&amp".repeat(40_000)}</speak>`,
      `<!DOCTYPE s [<!ENTITY a "${"b".repeat(99)}">${Array.from({ length: 9 }, (_, n) => `<!ENTITY a${n + 1} "${`&a${n};`.repeat(9)}">`).join("")}]><speak>&a9;</speak>`, // prettier-ignore
    ])
      await expect(client.send(new sdk.StartSpeechSynthesisTaskCommand({ ...deep, Text }))).rejects.toMatchObject({ name: "InvalidSsmlException" }); // prettier-ignore
    expect(performance.now() - started).toBeLessThan(1_000);
  });

  test("pauses and speed are heard", async () => {
    const usual = await secondsOf("<speak>One two three four.</speak>");
    const paused = await secondsOf('<speak>One two<break time="2s"/> three four.</speak>');
    const slow = await secondsOf('<speak><prosody rate="50%">One two three four.</prosody></speak>');
    expect(paused - usual).toBeGreaterThan(1.8);
    expect(slow / usual).toBeGreaterThan(1.5);
  });

  test("what has no effect is said once", async () => {
    const pitched = ssml('<speak><prosody pitch="high">a</prosody> <lang xml:lang="fr-FR">b</lang></speak>');
    await bytesOf(pitched);
    await bytesOf(pitched);
    expect(said).toEqual([
      "polly: <prosody pitch> is accepted and has no effect here",
      "polly: <lang> is accepted and has no effect here",
    ]);
  });
});

describe("speech marks", () => {
  test("words are where they stand in the text, by bytes", async () => {
    const text = "The naïve café — “AT&T” — sold 42 crêpes 👩‍👩‍👧 today.";
    const marks = await marksOf(text);
    const words = marks.filter(({ type }) => type === "word");
    expect(wordsOf(text, words)).toEqual(words.map(({ value }) => value));
    expect(wordsOf(text, marks)).toEqual(
      expect.arrayContaining(["The", "naïve", "café", "sold", "42", "crêpes", "today"]),
    );
  });

  test("in SSML they leave tags and entities alone, and an alias is one word", async () => {
    const text =
      '<speak>Caf\u00e9 <sub alias="World Wide Web">WWW</sub> <emphasis>Tom</emphasis> &amp; <say-as interpret-as="digits">42</say-as> <mark name="here"/>end.</speak>';
    const marks = await marksOf(text, { SpeechMarkTypes: ["word", "ssml"] });
    expect(wordsOf(text, marks)).toEqual(["Café", "WWW", "Tom", "&amp;", "42", "end"]);
    const at = Buffer.from(text).indexOf("<mark");
    const tag = '<mark name="here"/>';
    expect(marks.find(({ type }) => type === "ssml")).toMatchObject({ start: at, end: at + tag.length, value: "here" });
  });
});

// https://docs.aws.amazon.com/polly/latest/dg/sp-mks-example2.html, but for its break, which ends a sentence here.
test("a sentence's mark has what stands in the text, tags included", async () => {
  const text = '<speak><prosody volume="+20dB">Mary had a little <mark name="animal"/>lamb</prosody></speak>';
  const marks = await marksOf(text, { SpeechMarkTypes: ["sentence", "ssml"] });
  expect(marks).toMatchObject([
    { type: "sentence", start: 31, end: 74, value: 'Mary had a little <mark name="animal"/>lamb' },
    { type: "ssml", start: 49, end: 70, value: "animal" },
  ]);
});

describe("DescribeVoices", () => {
  test("lists the English voices, by engine and language", async () => {
    const { Voices = [] } = await client.send(new sdk.DescribeVoicesCommand({}));
    expect(Voices.length).toBeGreaterThan(25);
    expect(Voices.every(({ LanguageCode = "" }) => LanguageCode.startsWith("en-"))).toBe(true);
    expect(Voices.find(({ Id }) => Id === "Amy")).toEqual({
      Id: "Amy",
      Name: "Amy",
      Gender: "Female",
      LanguageCode: "en-GB",
      LanguageName: "British English",
      SupportedEngines: ["generative", "neural", "standard"],
    });
    expect(await voices({ Engine: "long-form" })).toEqual(["Danielle", "Gregory", "Ruth"]);
    expect(await voices({ LanguageCode: "en-GB-WLS", IncludeAdditionalLanguageCodes: true })).toEqual(["Geraint"]);
    expect(await voices({ LanguageCode: "de-DE" })).toEqual([]);
  });

  test("each of them may be asked for with each of its engines", async () => {
    await fault({ kind: "no-audio" }); // 29 voices would take seconds
    const { Voices = [] } = await client.send(new sdk.DescribeVoicesCommand({}));
    for (const { Id, SupportedEngines = [] } of Voices)
      for (const Engine of SupportedEngines) expect(await bytesOf({ VoiceId: Id, Engine })).toHaveLength(0);
  });
});

describe("lexicons", () => {
  test("are put, read, listed and deleted", async () => {
    const content = pls(lexeme("W3C", "World Wide Web Consortium"));
    await putLexicon("acronyms", content);
    const { Lexicon, LexiconAttributes } = await client.send(new sdk.GetLexiconCommand({ Name: "acronyms" }));
    expect(Lexicon).toEqual({ Name: "acronyms", Content: content });
    const attributes = {
      Alphabet: "ipa",
      LanguageCode: "en-US",
      LastModified: new Date(NOW),
      LexiconArn: "arn:aws:polly:us-east-1:000000000000:lexicon/acronyms",
      LexemesCount: 1,
      Size: content.length,
    };
    expect(LexiconAttributes).toEqual(attributes);
    const { Lexicons } = await client.send(new sdk.ListLexiconsCommand({}));
    expect(Lexicons).toEqual([{ Name: "acronyms", Attributes: attributes }]);
    await client.send(new sdk.DeleteLexiconCommand({ Name: "acronyms" }));
    await expect(client.send(new sdk.GetLexiconCommand({ Name: "acronyms" }))).rejects.toBeInstanceOf(sdk.LexiconNotFoundException); // prettier-ignore
  });

  test("aliases are spoken for whole words, in their language, the first lexicon first; marks stay on the word", async () => {
    await putLexicon("first", pls(lexeme("W3C", "Consortium") + lexeme("café", "coffee house")));
    await putLexicon("second", pls(lexeme("W3C", "nobody at all"), "en"));
    await putLexicon("german", pls(lexeme("said", "sagte"), "de-DE"));
    const text = "The W3C said café; W3Cs did not.";
    const LexiconNames = ["first", "second", "german"];
    const marks = await marksOf(text, { LexiconNames });
    expect(wordsOf(text, marks)).toEqual(["The", "W3C", "said", "café", "W3Cs", "did", "not"]);
    const pcm = { OutputFormat: "pcm" } as const;
    const said = await bytesOf({ Text: text, LexiconNames, ...pcm });
    expect(said.equals(await bytesOf({ Text: "The Consortium said coffee house; W3Cs did not.", ...pcm }))).toBe(true);
    const british = await bytesOf({ Text: text, LexiconNames, VoiceId: "Amy", ...pcm });
    expect(british.equals(await bytesOf({ Text: "The nobody at all said café; W3Cs did not.", ...pcm }))).toBe(true);
    const speech = `<speak>The W3C said <emphasis>caf\u00e9</emphasis>.</speak>`;
    expect(wordsOf(speech, await marksOf(speech, { LexiconNames }))).toEqual(["The", "W3C", "said", "café"]);
  });

  test("phonemes are accepted, and it is said that they have no effect", async () => {
    await putLexicon("phones", pls("<lexeme><grapheme>pecan</grapheme><phoneme>pɪˈkɑːn</phoneme></lexeme>"));
    expect(said).toEqual(["polly: the phonemes of the lexicon phones have no effect here; its aliases have"]);
    expect((await bytesOf({ Text: "pecan", LexiconNames: ["phones"] })).length).toBeGreaterThan(1_000);
  });

  test.each([
    ["too-long", pls("").padEnd(4_001), "ValidationException"], // the name
    ["long", pls(" ".repeat(4_000)), "LexiconSizeExceededException"],
    ["broken", "<lexicon>", "InvalidLexiconException"],
    ["nowhere", pls("", "x"), "UnsupportedPlsLanguageException"],
    ["torn", pls("<lexeme>"), "InvalidLexiconException"],
    ["empty", pls("<lexeme><grapheme>a</grapheme></lexeme>"), "InvalidLexiconException"],
    ["bomb", `<!DOCTYPE l [<!ENTITY a "b">]>${pls("")}`, "InvalidLexiconException"],
    ["runes", pls("", "en", "runes"), "UnsupportedPlsAlphabetException"],
    ["wordy", pls(lexeme("a", "b".repeat(101))), "MaxLexemeLengthExceededException"],
  ])("%s is refused", async (name, content, code) => {
    await expect(putLexicon(name, content)).rejects.toMatchObject({ name: code, $metadata: { httpStatusCode: 400 } });
  });
});

describe("synthesis tasks", () => {
  test("speak into a bucket while the clock goes on, and tell a topic", async () => {
    await s3.send(new CreateBucketCommand({ Bucket: "speeches" }));
    const sns = new SNSClient(settings);
    const sqs = new SQSClient(settings);
    const { TopicArn = "" } = await sns.send(new CreateTopicCommand({ Name: "spoken" }));
    const { QueueUrl } = await sqs.send(
      new CreateQueueCommand({
        QueueName: "spoken",
        Attributes: { Policy: JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Principal: "*", Action: "sqs:SendMessage", Resource: "*" }] }) }, // prettier-ignore
      }),
    );
    const Endpoint = "arn:aws:sqs:us-east-1:000000000000:spoken";
    await sns.send(
      new SubscribeCommand({ TopicArn, Protocol: "sqs", Endpoint, Attributes: { RawMessageDelivery: "true" } }),
    );
    const { SynthesisTask: task = {} } = await startTask({ OutputS3KeyPrefix: "a/b", SnsTopicArn: TopicArn });
    const { TaskId = "", OutputUri = "" } = task;
    expect(task).toMatchObject({ TaskStatus: "scheduled", CreationTime: new Date(NOW), RequestCharacters: 12, VoiceId: "Joanna" }); // prettier-ignore
    expect(OutputUri).toBe(`${cloud.endpoint}/speeches/a/b.${TaskId}.mp3`);
    await cloud.advance(1_000);
    expect(await getTask(TaskId)).toMatchObject({ TaskStatus: "inProgress" });
    await cloud.advance(1_000);
    expect(await getTask(TaskId)).toMatchObject({ TaskStatus: "completed", OutputUri });
    const object = await s3.send(new GetObjectCommand({ Bucket: "speeches", Key: `a/b.${TaskId}.mp3` }));
    expect(object.ContentType).toBe("audio/mpeg");
    expect(Buffer.from((await object.Body?.transformToByteArray()) ?? []).equals(await bytesOf())).toBe(true);
    const { Messages: [message] = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
    expect(JSON.parse(message?.Body ?? "")).toMatchObject({
      taskId: TaskId,
      taskStatus: "COMPLETED",
      outputUri: OutputUri,
    });
    const { SynthesisTasks = [] } = await client.send(new sdk.ListSpeechSynthesisTasksCommand({ Status: "completed", MaxResults: 5 })); // prettier-ignore
    expect(SynthesisTasks.map((each) => each.TaskId)).toEqual([TaskId]);
    await cloud.advance(72 * 3_600_000);
    await expect(getTask(TaskId)).rejects.toBeInstanceOf(sdk.SynthesisTaskNotFoundException);
  });

  test("take more than a call does, and fail with a reason", async () => {
    const { SynthesisTask: task = {} } = await startTask({ Text: "One two three. ".repeat(210), OutputFormat: "json", SpeechMarkTypes: ["word"] }); // prettier-ignore
    const { SynthesisTask: silent = {} } = await startTask({ Text: "?" });
    await cloud.advance(2_000);
    expect(await getTask(task.TaskId)).toMatchObject({ TaskStatus: "completed", RequestCharacters: 3_150 });
    await s3.send(new HeadObjectCommand({ Bucket: "speeches", Key: `${task.TaskId}.marks` }));
    expect(await getTask(silent.TaskId)).toMatchObject({ TaskStatus: "failed", TaskStatusReason: expect.stringContaining("nothing to speak") }); // prettier-ignore
  });

  test.each<[Partial<sdk.StartSpeechSynthesisTaskCommandInput>, string]>([
    [{ OutputS3BucketName: "nowhere" }, "InvalidS3BucketException"],
    [{ OutputS3KeyPrefix: "a b" }, "InvalidS3KeyException"],
    [{ SnsTopicArn: "spoken" }, "InvalidSnsTopicArnException"],
    [{ Text: "a".repeat(100_001) }, "TextLengthExceededException"],
  ])("what names no place or is too long is refused: %#", async (more, name) => {
    await expect(startTask(more)).rejects.toMatchObject({ name });
  });

  test("go on after ten minutes, where a call ends without a word", async () => {
    const Text = `<speak>a${'<break time="10s"/>'.repeat(61)}<mark name="end"/></speak>`;
    const marks: Order = { OutputFormat: "json", SpeechMarkTypes: ["ssml"] };
    expect(await marksOf(Text, marks)).toEqual([]);
    const { SynthesisTask: task = {} } = await startTask({ Text, TextType: "ssml", OutputFormat: "json", SpeechMarkTypes: ["ssml"] }); // prettier-ignore
    await cloud.advance(2_000);
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: "speeches", Key: `${task.TaskId}.marks` }));
    const mark = JSON.parse((await Body?.transformToString()) ?? "") as SpeechMark;
    expect(mark.time).toBeGreaterThan(610_000);
  });

  test("that were not done when a cloud ended are done by the next on its state, told or not", async () => {
    const folder = mkdtempSync(join(tmpdir(), "warmstart-polly-"));
    const options = { port: 0, frozenAt: NOW, voices: "fast", folder, report: (line: string) => void said.push(line) } as const; // prettier-ignore
    const first = await createCloud(options);
    const of = <T>(Client: new (given: typeof settings) => T, { endpoint }: Cloud): T => new Client({ ...settings, endpoint }); // prettier-ignore
    await new S3Client({ ...settings, endpoint: first.endpoint, forcePathStyle: true }).send(new CreateBucketCommand({ Bucket: "speeches" })); // prettier-ignore
    const SnsTopicArn = "arn:aws:sns:us-east-1:000000000000:nobody";
    const task = new sdk.StartSpeechSynthesisTaskCommand({ ...order(), OutputFormat: "mp3", OutputS3BucketName: "speeches", SnsTopicArn }); // prettier-ignore
    const { SynthesisTask: { TaskId } = {} } = await of(sdk.PollyClient, first).send(task);
    await first.close();
    const next = await createCloud(options);
    await next.advance(2_000);
    const { SynthesisTask: done } = await of(sdk.PollyClient, next).send(new sdk.GetSpeechSynthesisTaskCommand({ TaskId })); // prettier-ignore
    expect(done).toMatchObject({ TaskStatus: "completed" });
    expect(said).toEqual([expect.stringContaining("could not be told to arn:aws:sns:us-east-1:000000000000:nobody")]);
    await next.close();
    rmSync(folder, { recursive: true });
  });

  test("an id that is none, and one that is nobody's", async () => {
    await expect(getTask("a b")).rejects.toMatchObject({ name: "InvalidTaskIdException" });
    await expect(getTask("nobody")).rejects.toMatchObject({ name: "SynthesisTaskNotFoundException" });
  });
});

test("a role may do what its policies say: speak at all, or only with its lexicon", async () => {
  const Resources = {
    Speaker: role(["polly:SynthesizeSpeech", "polly:StartSpeechSynthesisTask"], "*"),
    Keeper: role(["polly:*"], "arn:aws:polly:us-east-1:000000000000:lexicon/own"),
  };
  const Outputs = Object.fromEntries(
    Object.keys(Resources).map((name) => [name, { Value: { "Fn::GetAtt": [name, "Arn"] } }]),
  );
  const cloudFormation = new CloudFormationClient(settings);
  await cloudFormation.send(new CreateStackCommand({ StackName: "roles", Capabilities: ["CAPABILITY_IAM"], TemplateBody: JSON.stringify({ Resources, Outputs }) })); // prettier-ignore
  await cloud.idle();
  const { Stacks: [stack] = [] } = await cloudFormation.send(new DescribeStacksCommand({ StackName: "roles" }));
  const as = async (name: string): Promise<(command: Order | "voices") => Promise<unknown>> => {
    const RoleArn = stack?.Outputs?.find(({ OutputKey }) => OutputKey === name)?.OutputValue;
    const { Credentials } = await new STSClient(settings).send(
      new AssumeRoleCommand({ RoleArn, RoleSessionName: "test" }),
    );
    const { AccessKeyId: accessKeyId = "", SecretAccessKey: secretAccessKey = "", SessionToken: sessionToken = "" } = Credentials ?? {}; // prettier-ignore
    const polly = new sdk.PollyClient({ ...settings, credentials: { accessKeyId, secretAccessKey, sessionToken }, maxAttempts: 1 }); // prettier-ignore
    return async (command) => {
      if (command === "voices") return polly.send(new sdk.DescribeVoicesCommand({}));
      const task = { ...order(command), OutputS3BucketName: "speeches", OutputFormat: "mp3" } as const;
      const sent = command.LanguageCode === undefined ? polly.send(new sdk.SynthesizeSpeechCommand(order(command))) : polly.send(new sdk.StartSpeechSynthesisTaskCommand(task)); // prettier-ignore
      return sent.then(() => "done");
    };
  };
  const denied = { name: "AccessDeniedException", $metadata: { httpStatusCode: 403 } };
  const speaker = await as("Speaker");
  expect(await speaker({})).toBe("done");
  await expect(speaker("voices")).rejects.toMatchObject(denied);
  await expect(speaker({ LanguageCode: "en-US" })).rejects.toMatchObject({ ...denied, message: expect.stringContaining("s3:PutObject") }); // prettier-ignore
  const keeper = await as("Keeper");
  await expect(keeper({})).rejects.toMatchObject(denied);
  await expect(keeper({ LexiconNames: ["other"] })).rejects.toMatchObject(denied);
  await expect(keeper({ LexiconNames: ["own"] })).rejects.toMatchObject({ name: "LexiconNotFoundException" });
});

describe("faults", () => {
  test("a throttle at a rate lets a burst through, and more when time goes on", async () => {
    await fault({ kind: "no-audio" }); // speaking takes its time
    await fault({ kind: "throttle", tps: 2, burst: 3 });
    const throttled = "ThrottlingException";
    expect(await outcomes()).toEqual(["ok", "ok", "ok", throttled, throttled]);
    await cloud.advance(1_000);
    expect(await outcomes()).toEqual(["ok", "ok", throttled, throttled, throttled]);
    await expect(synthesize()).rejects.toMatchObject({ $metadata: { httpStatusCode: 400 } });
  });

  test("every second call fails with the error that was asked for, as the SDK's own class", async () => {
    await fault({ kind: "error", code: "ServiceFailureException", status: 500 }, {}, { every: 2 });
    await bytesOf();
    await expect(synthesize()).rejects.toBeInstanceOf(sdk.ServiceFailureException);
  });

  test("an answer that is cut is no answer, over HTTP/2 and HTTP/1.1", async () => {
    await fault({ kind: "cut-answer", bytes: 1_000 });
    const older = new sdk.PollyClient({ ...settings, requestHandler: s3.config.requestHandler, maxAttempts: 1 });
    for (const each of [client, older]) {
      const { AudioStream } = await each.send(new sdk.SynthesizeSpeechCommand(order()));
      await expect(AudioStream?.transformToByteArray()).rejects.toThrow(CUT);
    }
  });

  test("a cut connection, before or after the call, is a failure over HTTP/2 too", async () => {
    await fault({ kind: "reset" }, {}, { times: 1 });
    await expect(synthesize()).rejects.toThrow(CUT);
    await fault({ kind: "lost-answer" });
    await expect(synthesize()).rejects.toThrow(CUT);
  });

  test("audio without a byte, for whom it is asked", async () => {
    await fault({ kind: "no-audio" }, { principal: "*role/nobody*" });
    expect(await bytesOf()).not.toHaveLength(0);
    await fault({ kind: "no-audio" }, { resource: "*", principal: "arn:aws:iam::*" });
    expect(await bytesOf()).toHaveLength(0);
    expect((await synthesize()).RequestCharacters).toBe(HELLO.length);
  });

  test("marks that lose a last character of several bytes", async () => {
    await fault({ kind: "cut-multibyte" });
    const marks = await marksOf("Good café.", { SpeechMarkTypes: ["word"] });
    expect(marks).toMatchObject([
      { value: "Good", start: 0, end: 4 },
      { value: "caf", start: 5, end: 9 },
    ]);
  });
});
