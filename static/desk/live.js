/* Keeps a page true: fetches every fragment whose record has moved on, and says so when it cannot know.

   <section id="record" data-live-record="17" data-version="41" data-mark="9001.1795401600000" data-fragment-url="/c/…">
     the mark: its newest event and when it was last derived, which move without a version too
   <aside id="side" … data-live-after="80">  asked for so many milliseconds after the others
   <ol id="rows" data-live-list="3" data-fragment-url="/?part=rows">  rows carry data-live-record and data-version
   <span id="badge" data-live-inbox data-fragment-url="/approvals/badge/">  when something is asked for or decided
   <div id="incidents" data-live-incidents="first" data-stamp="3.5" data-fragment-url="…">  when an incident begins or ends
   <div id="phone-call" data-live-call data-stamp="17.ringing" data-fragment-url="/phone/">  the call at one's telephone
   <div id="board" data-live-board data-fragment-url="/oversight/">  of many records: whenever any of them moves, while in view
   <div … data-refresh="60">  what no commit speaks for, a deadline that passes: so many seconds later, while in view
   [data-writes]: disabled while the screen is blind. `onecase:record` tells other scripts of a new version. */
(() => {
  "use strict";

  const BLIND_AFTER_MS = 5000;
  const LONGEST_RETRY_MS = 8000;
  const body = document.body;
  const url = body.dataset.liveUrl;
  if (!url) return;

  const state = document.getElementById("feed-state");
  const shown = document.getElementById("feed-version");
  const latest = new Map();
  const marks = new Map();
  const waiting = new Map();
  const busy = new Set();
  let heardAt = performance.now();
  let heardOn = Date.now();
  let hears = true;
  let sees = true;
  let stated = false;
  let left = new Set();
  let composing = null;
  let port = null;
  let own = null;

  /* What this page shows. */
  function watched() {
    const records = new Set();
    document.querySelectorAll("[data-live-record]").forEach((el) => records.add(Number(el.dataset.liveRecord)));
    const list = document.querySelector("[data-live-list]");
    const boards = Boolean(document.querySelector("[data-live-board]"));
    return { records: [...records], list: list ? list.dataset.liveList : boards ? "all" : "", boards };
  }

  let last = "";
  function announce(force) {
    const { records, list, boards } = watched();
    const key = `${records.join(",")}|${list}|${boards}`;
    if (!force && key === last) return;
    last = key;
    const front = !document.hidden;
    if (port) port.postMessage({ type: "watch", url, records, list, boards, front });
    else own.watch("page", records, list, boards, front);
    tell();
  }

  function connect() {
    const script = body.dataset.feedScript;
    if (window.SharedWorker && script) {
      try {
        const worker = new SharedWorker(script, { name: `onecase-${body.dataset.staff}` });
        port = worker.port;
        port.onmessage = ({ data }) => hear(data);
        port.start();
        worker.onerror = () => { port = null; alone(); };
        announce(true);
        clearInterval(pings);
        answered = true;
        pings = setInterval(() => {
          if (!port) return;
          // A worker that answers nothing any more is replaced by a stream of this tab's own.
          if (!answered) { port = null; alone(); return; }
          answered = false;
          port.postMessage({ type: "ping" });
        }, 10000);
        return;
      } catch { port = null; }
    }
    alone();
  }

  let answered = true;
  let pings = 0;
  function alone() {
    own ||= new window.OneCaseFeed(url, hear);
    announce(true);
    clearInterval(pings);
    pings = setInterval(() => own.ping("page"), 10000);
  }

  /* At which record this tab's person is, as here.js sees it. */
  let place = null;
  function tell() {
    if (port) port.postMessage({ type: "place", place });
    else if (own) own.place("page", place);
  }
  document.addEventListener("onecase:place", ({ detail }) => { place = detail; tell(); });

  function hear(message) {
    document.dispatchEvent(new CustomEvent("onecase:heard", { detail: message }));
    answered = true;
    if (message.type === "pong") return;
    if (message.type === "forgotten") { announce(true); return; }
    if (message.type === "line") { lineHeard(message.held); return; }
    if (message.type === "bye") {
      if (message.reason === "signed_out") { blind(true); askSignedOut(); }
      return;
    }
    heardAt = performance.now();
    heardOn = Date.now();
    if (typeof message.hears === "boolean") hears = message.hears;
    if (typeof message.sees === "boolean") sees = message.sees;
    if (message.left) left = new Set(message.left);
    // Of what the one stream has no room for nothing is heard.
    const crowded = left.size > 0 && watched().records.some((id) => left.has(id));
    body.classList.toggle("is-crowded", crowded);
    // While the page was blind a list could not be fetched, or may have moved unheard.
    const back = sees && !crowded && body.classList.contains("is-blind");
    blind(!sees || crowded);
    if (back && stated && message.type !== "state") { listsMoved(); inboxMoved(); }
    if (message.type === "state") {
      for (const [id, version] of Object.entries(message.records)) moved(Number(id), version, message.marks?.[id]);
      // After a gap, of the stream or of this tab alone, a list may hold rows this page has never heard of.
      if (stated && (back || !message.repeated)) { listsMoved(); inboxMoved(); }
      stated = true;
    } else if (message.type === "record") {
      moved(message.record, message.version, message.mark);
    } else if (message.type === "list") {
      listsMoved();
    } else if (message.type === "board") {
      boardsMoved();
    } else if (message.type === "inbox") {
      inboxMoved();
    }
    if (typeof message.incidents === "string") incidentsMoved(message.incidents);
    if (typeof message.call === "string") callMoved(message.call);
    show();
  }

  /* The server holds no line for us any more: the panel of the call says so. */
  function lineHeard(held) {
    const line = document.getElementById("call-line");
    if (line && !held && line.dataset.line === "held") soon(line, 0);
  }

  /* A blind page asks whether its session has ended; if so it says so in place, with the way to sign in and back.
     A stream that is refused tells a script nothing, so it is asked for here. What was typed stays. */
  let askedAt = 0;
  async function askSignedOut(now = performance.now()) {
    const slot = document.getElementById("signed-out");
    if (!slot || slot.children.length || now - askedAt < 10000) return;
    askedAt = now;
    const headers = { "HX-Request": "true", "HX-Current-URL": location.href, "X-Passive": "1" };
    try {
      const answer = await fetch(body.dataset.signedOutUrl, { headers });
      if (answer.status === 200) slot.innerHTML = await answer.text();
    } catch { /* no server to ask: the page is blind and says so */ }
  }

  /* The purpose a record was opened for has ended: said in place, with the way to give it anew. */
  function purposeEnded(form) {
    const banner = document.getElementById("purpose-ended");
    if (!banner || !form || !form.startsWith("/")) return;
    banner.querySelector("a").setAttribute("href", form);
    banner.hidden = false;
  }

  /* Whether an element shows less of its record than was heard of: an older version, or an older mark if it has one. */
  function behind(el) {
    const id = Number(el.dataset.liveRecord);
    if (Number(el.dataset.version) < (latest.get(id) || 0)) return true;
    if (!el.dataset.mark) return false;
    const shown = el.dataset.mark.split(".").map(Number);
    return (marks.get(id) || [0, 0]).some((each, place) => each > shown[place]);
  }

  function moved(id, version, mark = [0, 0]) {
    const before = marks.get(id) || [0, 0];
    latest.set(id, Math.max(version, latest.get(id) || 0));
    marks.set(id, mark.map((each, place) => Math.max(each, before[place])));
    let older = false;
    document.querySelectorAll(`[data-live-record="${id}"]`).forEach((el) => {
      if (!behind(el)) return;
      if (Number(el.dataset.version) < latest.get(id)) older = true;
      const target = el.dataset.fragmentUrl ? el : el.closest("[data-live-list]");
      // What one reads first is asked for first: five requests at once would make each other late.
      if (target) soon(target, target === el ? Number(el.dataset.liveAfter || 0) : 250);
    });
    if (older) document.dispatchEvent(new CustomEvent("onecase:record", { detail: { id, version: latest.get(id) } }));
  }

  function listsMoved() {
    document.querySelectorAll("[data-live-list]").forEach((el) => soon(el, 300 + Math.random() * 500));
    boardsMoved();
  }

  /* A board counts many records: it follows at once, and takes the server no more than an eighth of its time: the dearer
     it is, the longer it rests, at most half a minute. */
  const BOARD_REST_MS = 700;
  const BOARD_LATE_MS = 30000;
  const took = new Map();
  let boardsBehind = false;
  function boardsMoved() {
    boardsBehind = document.hidden;
    if (boardsBehind) return;
    const now = performance.now();
    document.querySelectorAll("[data-live-board]").forEach((el) => {
      const { at, ms } = took.get(el.id) || { at: -Infinity, ms: 0 };
      soon(el, Math.max(Math.random() * 150, at + Math.min(Math.max(BOARD_REST_MS, ms * 8), BOARD_LATE_MS) - now));
    });
  }
  document.addEventListener("visibilitychange", () => { if (boardsBehind) boardsMoved(); });

  /* Something was asked for or decided: whatever counts or lists requests is fetched, not by all screens at once. */
  function inboxMoved() {
    document.querySelectorAll("[data-live-inbox]").forEach((el) => soon(el, Math.random() * 300));
  }

  /* Another incident is going on than the one shown: the sentence first, and then what depends on it, spread out. */
  function incidentsMoved(stamp) {
    document.querySelectorAll("[data-live-incidents]").forEach((el) => {
      if (el.dataset.stamp === stamp) return;
      soon(el, el.dataset.liveIncidents === "first" ? Math.random() * 300 : 300 + Math.random() * 1700);
    });
  }

  /* The call at this person's telephone has moved on. */
  function callMoved(stamp) {
    document.querySelectorAll("[data-live-call]").forEach((el) => { if (el.dataset.stamp !== stamp) soon(el, 0); });
  }

  /* Fetch a fragment once, however often it is asked for meanwhile. */
  function soon(el, delay) {
    if (!el.id) { console.warn("a live fragment needs an id", el); return; }
    if (waiting.has(el.id)) return;
    waiting.set(el.id, setTimeout(() => { waiting.delete(el.id); fetchFragment(el.id); }, delay));
  }

  async function fetchFragment(id) {
    const el = document.getElementById(id);
    // Signed out: the page says so once, and asks for nothing until somebody has signed in.
    if (!el || document.querySelector("#signed-out > *")) return;
    if (el.dataset.liveRecord && document.querySelector("#purpose-ended:not([hidden])")) return;
    // Never under somebody's hands while they compose Chinese; and one request at a time.
    if (busy.has(id) || (composing && el.contains(composing))) { soon(el, 400); return; }
    busy.add(id);
    failed.delete(id);
    const began = performance.now();
    const inner = el.dataset.liveSwap === "innerMorph";
    const known = latest.get(Number(el.dataset.liveRecord)) || 0;
    const mark = marks.get(Number(el.dataset.liveRecord));
    try {
      await htmx.ajax("GET", el.dataset.fragmentUrl, {
        source: el, target: el, swap: inner ? "innerMorph" : "outerMorph", headers: { "X-Passive": "1" },
      });
      if (inner && el.isConnected && !failed.has(id)) {
        el.dataset.version = String(known);
        if (mark && el.dataset.mark) el.dataset.mark = mark.join(".");
      }
    } finally {
      busy.delete(id);
      took.set(id, { at: began, ms: performance.now() - began });
    }
    const now = document.getElementById(id);
    if (now && failed.has(id)) again(now);
    else {
      failures.delete(id);
      if (now && behind(now)) soon(now, 1000);
    }
    announce(false);
    show();
  }

  /* A fragment that the server could not answer for, or that was lost on the way, is asked for again: a list, a
     sentence or a board has no version by which it would be missed. Later each time, and not by all screens at once. */
  const failed = new Set();
  const failures = new Map();
  function again(el) {
    const times = failures.get(el.id) || 0;
    failures.set(el.id, times + 1);
    soon(el, Math.min(1000 * 2 ** times, LONGEST_RETRY_MS) * (0.5 + Math.random()));
  }
  function unanswered(ctx) {
    const id = ctx && ctx.sourceElement && ctx.sourceElement.id;
    if (busy.has(id)) failed.add(id);
  }
  document.addEventListener("htmx:error", ({ detail }) => unanswered(detail.ctx));

  /* What no single record's version speaks for is fetched now and then, never while nobody can see it. */
  const refreshed = new Map();
  function refresh() {
    if (document.hidden || body.classList.contains("is-blind")) return;
    const now = performance.now();
    document.querySelectorAll("[data-refresh]").forEach((el) => {
      if (now - (refreshed.get(el.id) || 0) < Number(el.dataset.refresh) * 1000) return;
      refreshed.set(el.id, now);
      soon(el, 0);
    });
  }
  document.addEventListener("visibilitychange", refresh);

  /* Somebody has come to a blind page: the next try need not wait. */
  function retry() {
    if (document.hidden || !body.classList.contains("is-blind")) return;
    if (body.classList.contains("is-crowded")) announce(true);
    else if (port) port.postMessage({ type: "retry" });
    else own.retry();
  }
  ["visibilitychange", "pointerdown", "keydown"].forEach((name) => document.addEventListener(name, retry, true));
  window.addEventListener("focus", retry);

  /* For how long nothing was heard. Where one clock stands still while the machine sleeps, the other goes on. */
  const silence = () => Math.max(performance.now() - heardAt, Date.now() - heardOn);

  /* Blind: no word from the server for five seconds, or the word that it cannot see the database itself. */
  function blind(is) {
    if (body.classList.contains("is-blind") !== is) {
      body.classList.toggle("is-blind", is);
      document.querySelectorAll("[data-writes]").forEach((el) => {
        if (is && !el.hasAttribute("aria-disabled")) { el.setAttribute("aria-disabled", "true"); el.dataset.blinded = ""; }
        if (!is && "blinded" in el.dataset) { el.removeAttribute("aria-disabled"); delete el.dataset.blinded; }
      });
    }
    show();
  }

  function show() {
    if (state) state.dataset.feedState = body.classList.contains("is-blind") ? "blind" : !stated ? "off" : hears ? "live" : "slow";
    const main = document.querySelector("[data-live-record][data-main-record]");
    if (shown) shown.textContent = main ? shown.dataset.words.replace("{n}", main.dataset.version) : "";
  }

  function refuse(event) {
    // Woken up a moment ago: the clock is asked, not the timer that is about to.
    if (silence() > BLIND_AFTER_MS) blind(true);
    if (!body.classList.contains("is-blind")) return;
    const writes = event.target.closest("[data-writes]");
    const form = event.type === "submit" && event.target.method === "post" && event.target.closest("main");
    if (writes || form) { event.preventDefault(); event.stopImmediatePropagation(); }
  }
  document.addEventListener("click", refuse, true);
  document.addEventListener("submit", refuse, true);
  document.addEventListener("compositionstart", (event) => { composing = event.target; });
  document.addEventListener("compositionend", () => { composing = null; });

  function toast(text) {
    const box = document.getElementById("toasts");
    if (!box || !text) return;
    const line = document.createElement("p");
    line.className = "toast";
    line.textContent = text;
    box.replaceChildren(line);
    setTimeout(() => line.remove(), 6000);
  }
  // What a page fetches by itself fails quietly (it turns blind soon enough); what a person did says so.
  document.addEventListener("htmx:response:error", ({ detail }) => {
    purposeEnded(detail.ctx.response.headers.get("X-Purpose-Form"));
    if (detail.ctx.response.status >= 500) unanswered(detail.ctx);
    if (detail.ctx.response.status >= 500 && !detail.ctx.request.headers["X-Passive"]) toast(body.dataset.failed);
  });

  setInterval(() => {
    if (silence() > BLIND_AFTER_MS) {
      body.classList.remove("is-crowded");
      blind(true);
      askSignedOut();
    }
    refresh();
  }, 500);
  document.addEventListener("htmx:after:swap", () => announce(false));
  window.addEventListener("pagehide", () => {
    if (port) port.postMessage({ type: "leave" }); else if (own) own.leave("page");
  });
  /* Back from the browser's cache of visited pages: it has left the stream, and shows what it showed then. */
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    blind(true);
    connect();
  });

  /* A morph keeps what a person has opened or typed. */
  htmx.registerExtension("keep-hands", {
    htmx_before_morph_attr: (elt, detail) => {
      if (detail.attrName === "open" && elt.tagName === "DETAILS") return false;
      if (detail.attrName === "value" && elt.tagName === "INPUT" && elt.value !== elt.defaultValue) return false;
      return true;
    },
  });

  connect();
  show();
})();
