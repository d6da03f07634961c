// Signs in, posts, lists, plays. What anybody wrote becomes text and nothing else; the token is in `token` only.
const $ = (id) => document.getElementById(id);
const [signInForm, postForm, audio, words] = ["sign-in", "post", "audio", "words"].map($);
const { title, text, voice, marks } = postForm.elements;
const config = await (await fetch("/config.json")).json();
const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
const shown = new Map(); // what shows a change of a post, by its id
const range = new Range(); // of the word that is spoken
CSS.highlights?.set("word", new Highlight(range));
let token, next, isUnderWay, draft, frame, spoken, spokenWords;

const say = (id, message) => ($(id).textContent = message);
const trying = (act) => act().catch(({ message }) => say("wrong", message));
const on = (element, type, act) =>
  element.addEventListener(type, (event) => {
    event.preventDefault();
    say("wrong", "");
    void trying(async () => act());
  });
const letIn = (accessToken) => {
  token = accessToken;
  [signInForm.hidden, $("signed-in").hidden] = [token !== undefined, token === undefined];
};

const ask = async (method, path, json) => {
  const headers = { ...(token && { authorization: `Bearer ${token}` }), ...(json && { "idempotency-key": draft }) };
  const body = json && new Blob([JSON.stringify(json)], { type: "application/json" });
  const answer = await fetch(path, { method, headers, body });
  if (answer.status === 401) letIn(undefined);
  const told = answer.status === 204 ? {} : await answer.json();
  if (answer.ok) return { ...told, link: answer.headers.get("link") };
  const faults = (told.errors ?? []).map(({ pointer, detail }) => `${pointer.slice(2)} ${detail}`);
  throw new Error([told.detail ?? told.message, ...faults].join("; "));
};

/** Highlights the last word that has begun. Marks count in UTF-16, as text nodes do. */
const follow = () => {
  cancelAnimationFrame(frame);
  if (!audio.paused) frame = requestAnimationFrame(follow);
  let [low, high] = [0, spokenWords.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (spokenWords[middle].time > audio.currentTime * 1000) high = middle;
    else low = middle + 1;
  }
  if (low === spoken || low === 0) return;
  spoken = low;
  range.setStart(words.firstChild, spokenWords[low - 1].start);
  range.setEnd(words.firstChild, spokenWords[low - 1].end);
  const [at, view] = [range, words].map((each) => each.getBoundingClientRect());
  if (at.top < view.top || at.bottom > view.bottom) words.scrollTop += at.top - view.top - view.height / 3;
};

const play = async ({ id, title }) => {
  const { audioUrl, marksUrl } = await ask("GET", `/posts/${id}`);
  let all = [];
  if (marksUrl) await trying(async () => (all = await (await fetch(marksUrl)).json())); // it can be heard without them
  let whole = ""; // the sentences where they stood; between paragraphs was more than a space
  for (const { start, value } of all.filter(({ type }) => type === "sentence"))
    whole = whole.padEnd(start, whole && start - whole.length > 1 ? "\n\n".padEnd(start) : " ") + value;
  [spokenWords, spoken] = [all.filter(({ type }) => type === "word"), 0];
  say("words", whole);
  say("playing", title);
  $("player").hidden = false;
  audio.src = audioUrl;
  audio.focus();
  await audio.play();
};

const stateOf = ({ status, durationMs, billedChars, cachedChars, error }) => {
  if (status !== "ready") return [status, error?.detail].filter(Boolean).join(": ");
  return `ready, ${clock(durationMs / 1000)}, ${billedChars} characters billed, ${cachedChars} spoken before`;
};

const newItem = (post) => {
  const [item, about, listen, remove] = ["li", "div", "button", "button"].map((tag) => document.createElement(tag));
  item.append(about, listen, " ", remove);
  [listen.textContent, remove.textContent] = ["Listen", "Delete"];
  for (const each of [listen, remove]) each.ariaLabel = `${each.textContent}: ${post.title}`;
  on(listen, "click", () => play(post));
  on(remove, "click", async () => {
    await ask("DELETE", `/posts/${post.id}`);
    shown.set(post.id, () => {}); // a list that is on its way may still have it
    item.remove();
    $("yours").focus();
  });
  shown.set(post.id, (now) => {
    const line = `${now.title}: ${stateOf(now)}`;
    if (about.textContent && about.textContent !== line) say("said", line);
    about.textContent = line;
    listen.hidden = now.status !== "ready";
  });
  return item;
};

/** The newest posts; or older ones, from a cursor. */
const list = async (cursor) => {
  const { data, page, link } = await ask("GET", `/posts${cursor ? `?cursor=${cursor}` : ""}`);
  if (cursor || shown.size === 0) next = page.next;
  for (const post of cursor ? data : data.toReversed()) {
    if (!shown.has(post.id)) $("posts")[cursor ? "append" : "prepend"](newItem(post));
    shown.get(post.id)(post);
  }
  $("more").hidden = next === null;
  $("feed").href = /<([^>]*)>; rel="alternate"/.exec(link)[1];
  if (!cursor) isUnderWay = data.some(({ status }) => /queued|synthesizing/.test(status));
};

/** Whatever changes makes another draft, and a draft is posted once. */
const estimate = () => {
  const [, engine] = voice.value.split(" ");
  if (engine === "generative") marks.checked = false; // Polly has no marks for these
  const { length } = text.value.normalize();
  const microUsd = length * (marks.checked ? 2 : 1) * (config.microUsdPerCharacter[engine] ?? 0);
  say("cost", `${length} characters, about ${clock(length / 15)}, at most $${(microUsd / 1e6).toFixed(4)}`);
  draft = crypto.randomUUID();
};

on(postForm, "input", estimate);
on(postForm, "submit", async () => {
  const [name, engine] = voice.value.split(" ");
  await ask("POST", "/posts", { title: title.value, text: text.value, voice: name, engine, marks: marks.checked });
  text.value = title.value = "";
  estimate();
  await list();
});
on(signInForm, "submit", async () => {
  const { email, password } = signInForm.elements;
  const AuthParameters = { USERNAME: email.value, PASSWORD: password.value };
  const body = JSON.stringify({ ClientId: config.clientId, AuthFlow: "USER_PASSWORD_AUTH", AuthParameters });
  const target = "AWSCognitoIdentityProviderService.InitiateAuth";
  const headers = { "content-type": "application/x-amz-json-1.1", "x-amz-target": target };
  const answer = await fetch(config.cognito, { method: "POST", headers, body });
  const { AuthenticationResult, message } = await answer.json();
  if (!AuthenticationResult) throw new Error(message ?? "The password must be changed first");
  letIn(AuthenticationResult.AccessToken);
  signInForm.reset();
  $("posts").replaceChildren();
  shown.clear();
  await list();
  title.focus();
});
on($("more"), "click", () => list(next));
for (const type of ["play", "seeked"]) audio.addEventListener(type, follow);
setInterval(() => token && isUnderWay && void trying(list), 1000);
letIn(undefined);
await trying(async () => {
  for (const { id, language, engines } of (await ask("GET", "/voices")).data)
    for (const engine of engines) voice.add(new Option(`${id} (${language}, ${engine})`, `${id} ${engine}`));
  voice.value = "Joanna standard";
  estimate();
});
