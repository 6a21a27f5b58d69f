/* One person's screen in a video room: enters, hears the server's stream, makes the links it says, and says what its
   person does. The stream comes back by itself; links that are lost are made again (room-links.js). */
(() => {
  "use strict";

  const screen = window.OneCaseRoomScreen;
  if (!screen) return;
  const { root, part, word } = screen;
  const SILENCE_MS = 7000;
  const HERE_MS = 60000;

  const mine = new MediaStream();
  let seat = null;
  let state = null;
  let links = null;
  let source = null;
  let heard = 0;
  let after = "";
  let shared = null;
  let notice = "";

  async function act(what, fields = {}) {
    const body = new URLSearchParams(fields);
    if (seat) body.set("entry", seat.entry);
    const headers = { "X-CSRFToken": root.querySelector("[name=csrfmiddlewaretoken]").value };
    const answer = await fetch(root.dataset.actUrl.replace("WHAT", what), { method: "POST", headers, body, keepalive: what === "leave" });
    if (answer.redirected) throw new Error(word("signedOut"));
    const said = await answer.json().catch(() => ({}));
    if (!answer.ok) throw new Error(said.problem || word("failed"));
    return said;
  }

  const tried = (work) => work.then(() => { notice = ""; draw(); }, (error) => { notice = error.message; draw(); });

  /* A signal that does not get through is made good by the links themselves: they ask again. */
  const send = (to, kind, body) => act("signal", { to, kind, body }).catch(() => {});

  async function open(picture) {
    const wanted = [picture && { audio: true, video: { width: { ideal: 640 }, height: { ideal: 480 } } }, { audio: true }];
    for (const each of wanted.filter(Boolean)) {
      try {
        const got = await navigator.mediaDevices.getUserMedia(each);
        got.getTracks().forEach((track) => mine.addTrack(track));
        if (picture && !each.video) notice = word("noCamera");
        return;
      } catch { /* without a camera, with the microphone alone; without both, one still hears and writes */ }
    }
    notice = word("noMicrophone");
  }

  async function enter(picture) {
    notice = "";
    part("enter").disabled = part("enter-sound").disabled = true;
    try {
      if (!mine.getTracks().length) await open(picture);
      seat = await act("enter");
    } catch (error) {
      screen.say(error.message);
      stopMine();
      return;
    } finally {
      part("enter").disabled = part("enter-sound").disabled = false;
    }
    links = new window.OneCaseLinks({ ice: seat.ice, me: seat.seat, send, changed: draw });
    links.audio = track("audio");
    links.video = track("video");
    links.shows = shows();
    part("door").hidden = true;
    part("inside").hidden = false;
    listen();
    part("mute").focus();
  }

  const track = (kind) => mine.getTracks().find((each) => each.kind === kind) || null;
  const isOn = (kind) => Boolean(track(kind)?.enabled);
  const shows = () => ({ audio: isOn("audio"), video: Boolean(shared) || isOn("video"), screen: Boolean(shared) });

  /* What a tile says beside the name: never what is as one expects it. */
  const marks = ({ audio, video, screen: whole }) =>
    [!audio && word("muted"), !video && word("noPicture"), whole && word("shares")].filter(Boolean).join(" · ");

  function listen() {
    if (source) source.close();
    heard = Date.now();
    const stream = new EventSource(seat.stream + (after ? `&after=${after}` : ""));
    source = stream;
    const on = (name, hear) => stream.addEventListener(name, (event) => {
      if (stream !== source) return;
      heard = Date.now();
      after = event.lastEventId || after;
      hear(JSON.parse(event.data));
    });
    on("state", (said) => { state = said; links.follow(said.people); draw(); });
    on("signal", (said) => links.hear(said));
    on("message", screen.message);
    on("beat", () => draw());
    on("bye", ({ reason }) => {
      if (reason === "closed" || reason === "elsewhere" || reason === "signed_out") end(word({ closed: "closed", elsewhere: "elsewhere", signed_out: "signedOut" }[reason]));
    });
    stream.onerror = () => { if (stream === source) draw(); };
  }

  function status() {
    if (!state || !navigator.onLine || Date.now() - heard > SILENCE_MS / 2) return word("streamLost");
    if (state.me.state === "removed") return word("removed");
    if (state.me.state === "waiting") return word(state.host_here ? "waiting" : "waitingNoHost");
    if (state.me.state === "checking") return word("checking");
    if (state.private) return word(state.private === "in" ? "privateIn" : "privateOut");
    return notice;
  }

  function draw() {
    if (!links) return;
    screen.say(status());
    screen.show("me", word("me"), shared || mine, marks(shows()), true);
    const shown = new Set(["me"]);
    for (const person of state ? state.people : []) {
      const link = links.all.get(person.id);
      if (!link) continue;
      shown.add(person.id);
      const how = link.state === "connected" ? marks(link.shows) : word(["disconnected", "failed"].includes(link.state) ? "lost" : "connecting");
      screen.show(person.id, screen.nameOf(person), link.stream, how, false);
    }
    screen.keep(shown);
    if (!state) return;
    screen.people(state.people, state.private_with);
    root.dataset.state = state.me.state;
    root.dataset.private = state.private;
    part("say").hidden = state.me.state !== "admitted" || state.private === "out";
    if (part("lock")) screen.press("lock", state.locked);
    if (part("is-locked")) part("is-locked").hidden = !state.locked;
    if (part("together")) part("together").hidden = !state.private;
  }

  function stopMine() {
    for (const each of [...mine.getTracks(), ...(shared ? shared.getTracks() : [])]) each.stop();
    mine.getTracks().forEach((each) => mine.removeTrack(each));
    shared = null;
  }

  function end(text) {
    if (source) source.close();
    if (links) links.end();
    source = links = state = null;
    stopMine();
    seat = null;
    screen.keep(new Set());
    screen.say(text);
    // Whoever comes again comes with all that is on.
    ["mute", "camera", "share"].forEach((id) => screen.press(id, false));
    part("inside").hidden = true;
    part("door").hidden = false;
    part("enter").focus();
  }

  async function share() {
    if (shared) {
      shared.getTracks().forEach((each) => each.stop());
      shared = null;
    } else {
      try {
        shared = await navigator.mediaDevices.getDisplayMedia({ video: true });
        shared.getVideoTracks()[0].addEventListener("ended", () => { if (shared) share(); });
      } catch {
        notice = word("noShare");
      }
    }
    screen.press("share", Boolean(shared));
    if (!links) return;
    await links.feed({ video: shared ? shared.getVideoTracks()[0] : track("video") });
    links.show(shows());
    draw();
  }

  function flip(kind, id) {
    const found = track(kind);
    if (!found) return;
    found.enabled = !found.enabled;
    screen.press(id, !found.enabled);
    if (links) links.show(shows());
    draw();
  }

  // Telephones share no screen.
  part("share").hidden = !navigator.mediaDevices?.getDisplayMedia;
  part("enter").addEventListener("click", () => enter(true));
  part("enter-sound").addEventListener("click", () => enter(false));
  part("enter").disabled = part("enter-sound").disabled = false;
  part("mute").addEventListener("click", () => flip("audio", "mute"));
  part("camera").addEventListener("click", () => flip("video", "camera"));
  part("share").addEventListener("click", share);
  part("quality").addEventListener("change", (event) => { if (links) links.setQuality(event.target.value); });
  part("leave").addEventListener("click", () => { act("leave", { for_good: "yes" }).catch(() => {}); end(word("left")); });
  part("lock")?.addEventListener("click", () => tried(act(state.locked ? "unlock" : "lock")));
  part("together")?.addEventListener("click", () => tried(act("together")));
  part("people")?.addEventListener("click", ({ target }) => {
    const { what, seat: of } = target.dataset;
    if (what) tried(act(what, { seat: of }));
  });
  part("people")?.addEventListener("submit", (event) => {
    event.preventDefault();
    const form = event.target;
    tried(act("admit", { ...Object.fromEntries(new FormData(form)), seat: form.dataset.seat }));
  });
  // The key is the message's own: what is sent again after a lost answer is one message.
  let key = "";
  part("say").addEventListener("submit", (event) => {
    event.preventDefault();
    const text = part("text").value.trim();
    if (!text) return;
    key ||= crypto.randomUUID();
    tried(act("say", { text, key }).then(() => { key = ""; part("text").value = ""; }));
  });
  window.addEventListener("pagehide", () => { if (seat) act("leave").catch(() => {}); });
  window.addEventListener("offline", draw);
  window.addEventListener("online", () => { if (seat) { listen(); links.retry(); } });
  setInterval(() => {
    if (!seat) return;
    if (Date.now() - heard > SILENCE_MS) listen();
    draw();
  }, 1000);
  setInterval(() => { if (seat) act("here").catch(() => {}); }, HERE_MS);
})();
