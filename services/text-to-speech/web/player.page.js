// Signs in, posts, lists, plays. What anybody wrote becomes text and nothing else; the token is in `token` only.
const $ = (id) => document.getElementById(id);
const [signInForm, postForm, audio, words] = ["sign-in", "post", "audio", "words"].map($);
const { title, text, voice, marks } = postForm.elements;
const config = await (await fetch("/config.json")).json();
const languages = new Intl.DisplayNames("en", { type: "language" });
const dollars = new Intl.NumberFormat("en", { style: "currency", currency: "USD", maximumFractionDigits: 4 });
const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
const shown = new Map(); // what shows a change of a post, by its id
let token, next, timer, draft, frame, spoken;
let spokenWords = [];

const say = (id, message) => ($(id).textContent = message);
const trying = (act) => act().catch(({ message }) => say("wrong", message));
const on = (element, type, act) =>
  element.addEventListener(type, (event) => {
    event.preventDefault();
    say("wrong", "");
    void trying(async () => act());
  });

const ask = async (method, path, json) => {
  const headers = { authorization: `Bearer ${token}`, ...(json && { "idempotency-key": draft }) };
  const body = json && new Blob([JSON.stringify(json)], { type: "application/json" });
  const answer = await fetch(path, { method, headers, body });
  if (answer.status === 401) signInForm.hidden = !($("signed-in").hidden = true);
  const told = answer.status === 204 ? {} : await answer.json();
  if (answer.ok) return { ...told, link: answer.headers.get("link") };
  const faults = (told.errors ?? []).map(({ pointer, detail }) => `${pointer.slice(2)} ${detail}`);
  throw new Error([told.detail ?? told.message, ...faults].join("; "));
};

const highlight = ({ start, end }) => {
  const range = new Range();
  range.setStart(words.firstChild, start); // marks count in UTF-16, as text nodes do
  range.setEnd(words.firstChild, end);
  CSS.highlights.set("word", new Highlight(range));
  const [at, view] = [range, words].map((each) => each.getBoundingClientRect());
  if (at.top < view.top || at.bottom > view.bottom) words.scrollTop += at.top - view.top - view.height / 3;
};

/** Highlights the last word that has begun. */
const follow = () => {
  cancelAnimationFrame(frame);
  let [low, high] = [0, spokenWords.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (spokenWords[middle].time > audio.currentTime * 1000) high = middle;
    else low = middle + 1;
  }
  const word = spokenWords[low - 1];
  if (word === undefined) CSS.highlights.clear();
  else if (word !== spoken) highlight((spoken = word));
  if (!audio.paused) frame = requestAnimationFrame(follow);
};

const play = async ({ id, title }) => {
  const { audioUrl, marksUrl } = await ask("GET", `/posts/${id}`);
  const all = marksUrl ? await (await fetch(marksUrl)).json() : [];
  spokenWords = all.filter(({ type }) => type === "word");
  let spokenText = ""; // the sentences where they stood; between paragraphs was more than a space
  for (const { type, start, value } of all)
    if (type === "sentence") spokenText += " ".padStart(start - spokenText.length, "\n") + value;
  say("words", spokenText);
  say("playing", title);
  $("player").hidden = false;
  audio.src = audioUrl;
  audio.focus();
  await audio.play();
};

const stateOf = ({ status, durationMs, billedChars, cachedChars, error }) =>
  status === "ready"
    ? `ready, ${clock(durationMs / 1000)}, ${billedChars} characters billed, ${cachedChars} spoken before`
    : [status, error?.detail].filter(Boolean).join(": ");

const newItem = (post) => {
  const item = document.createElement("li");
  const [about, listen, remove] = ["span", "button", "button"].map((tag) => document.createElement(tag));
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
    listen.disabled = now.status !== "ready";
  });
  item.append(about, listen, remove);
  return item;
};

/** The newest posts, again and again while something is under way; or older ones, from a cursor. */
const list = async (cursor) => {
  const { data, page, link } = await ask("GET", `/posts${cursor ? `?cursor=${cursor}` : ""}`);
  if (cursor || shown.size === 0) next = page.next;
  for (const post of cursor ? data : data.toReversed()) {
    if (!shown.has(post.id)) $("posts")[cursor ? "append" : "prepend"](newItem(post));
    shown.get(post.id)(post);
  }
  $("more").hidden = next === null;
  $("feed").href = /<([^>]*)>; rel="alternate"/.exec(link)[1];
  clearTimeout(timer);
  if (data.some(({ status }) => /queued|synthesizing/.test(status))) timer = setTimeout(trying, 1000, list);
};

/** Whatever changes makes another draft, and a draft is posted once. */
const estimate = () => {
  const engine = voice.value.split(" ")[1];
  marks.disabled = engine === "generative"; // Polly has no marks for these
  const { length } = text.value.normalize();
  const billed = length * (marks.checked && !marks.disabled ? 2 : 1);
  const cost = dollars.format((billed * config.microUsdPerCharacter[engine]) / 1e6);
  say("cost", `${length} characters, about ${clock(length / 15)}, at most ${cost}`);
  draft = crypto.randomUUID();
};

const post = async () => {
  const [name, engine] = voice.value.split(" ");
  const wanted = { title: title.value, text: text.value, voice: name, engine, marks: marks.checked && !marks.disabled };
  await ask("POST", "/posts", wanted);
  text.value = title.value = "";
  estimate();
  await list();
};

const signIn = async () => {
  const { email, password } = signInForm.elements;
  const AuthParameters = { USERNAME: email.value, PASSWORD: password.value };
  const body = JSON.stringify({ ClientId: config.clientId, AuthFlow: "USER_PASSWORD_AUTH", AuthParameters });
  const target = "AWSCognitoIdentityProviderService.InitiateAuth";
  const headers = { "content-type": "application/x-amz-json-1.1", "x-amz-target": target };
  const answer = await (await fetch(config.cognito, { method: "POST", headers, body })).json();
  if (!answer.AuthenticationResult) throw new Error(answer.message ?? "The password must be changed first");
  token = answer.AuthenticationResult.AccessToken;
  signInForm.reset();
  $("signed-in").hidden = !(signInForm.hidden = true);
  $("posts").replaceChildren();
  shown.clear();
  await list();
  title.focus();
};

on(signInForm, "submit", signIn);
on(postForm, "submit", post);
on(postForm, "input", estimate);
on($("more"), "click", () => list(next));
for (const type of ["play", "seeked"]) on(audio, type, follow);
for (const { id, language, engines } of (await ask("GET", "/voices")).data)
  for (const engine of engines) voice.add(new Option(`${id}, ${languages.of(language)}, ${engine}`, `${id} ${engine}`));
voice.value = "Joanna standard";
estimate();
