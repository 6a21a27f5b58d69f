/* Keeps what somebody types until it is saved: in this tab only (sessionStorage), twelve hours at most, and only
   for the person who typed it. Never passwords, never files.

   <form data-keep="C-17:/c/C-17/note/">   what is kept under which name
   <a data-drop>                           leaving on purpose: what was typed goes
   <form data-sign-out>                    signing out: everything goes, in every tab

   A page that answers the sending of a form keeps that form's key and shows what was sent: nothing is put back there.
   A restored form writes to the record as the fresh page shows it, and says what has changed since the text was
   typed; where a page has no place to say that, it writes to the record as it was seen, and what conflicts is refused
   by the server in those words. It keeps its one-time key: if the text was saved after all, it is not saved twice. */
(() => {
  "use strict";

  const SPACE = "onecase:kept:";
  const SAVED = "onecase_saved_";
  const LONGEST_MS = 12 * 60 * 60 * 1000;
  const body = document.body;
  const staff = body.dataset.staff;
  const others = "BroadcastChannel" in window ? new BroadcastChannel("onecase-sign-out") : null;

  const nameOf = (form) => `${SPACE}${staff}:${form.dataset.keep}`;
  const hidden = (form, name) => form.querySelector(`input[type=hidden][name=${name}]`);

  function entries() {
    return Object.keys(sessionStorage).filter((name) => name.startsWith(SPACE));
  }

  function read(name) {
    try { return JSON.parse(sessionStorage.getItem(name)); } catch { return null; }
  }

  function forgetAll() {
    entries().forEach((name) => sessionStorage.removeItem(name));
  }

  /* What is too old, of somebody else, or saved. */
  function tidy() {
    const saved = new Set();
    for (const part of document.cookie.split("; ")) {
      if (part.startsWith(SAVED)) saved.add(part.slice(SAVED.length).split("=")[0]);
    }
    for (const name of entries()) {
      const kept = read(name);
      const foreign = staff && !name.startsWith(`${SPACE}${staff}:`);
      if (!kept || foreign || Date.now() - kept.at > LONGEST_MS) sessionStorage.removeItem(name);
      else if (saved.has(kept.key)) {
        sessionStorage.removeItem(name);
        document.cookie = `${SAVED}${kept.key}=; max-age=0; path=/`;
      }
    }
  }

  function fields(form) {
    return [...form.elements].filter(
      (el) => el.name && /^(INPUT|TEXTAREA|SELECT)$/.test(el.tagName) && !/^(hidden|password|file|submit|button|reset)$/.test(el.type),
    );
  }

  const ticks = (el) => el.type === "radio" || el.type === "checkbox";

  function typed(form) {
    return fields(form).map((el) => (ticks(el) ? [el.name, el.value, el.checked] : [el.name, el.value]));
  }

  function keep(form) {
    const kept = { at: Date.now(), key: hidden(form, "form_key")?.value, seen: hidden(form, "seen_version")?.value, typed: typed(form) };
    try { sessionStorage.setItem(nameOf(form), JSON.stringify(kept)); } catch { /* full or forbidden: it is only not kept */ }
  }

  /* Put what was typed back; say whether anything differed from the page. */
  function put(form, values) {
    let differed = false;
    const passed = {};
    for (const [name, value, checked] of values) {
      const same = fields(form).filter((el) => el.name === name);
      // Of several fields of one name (the lines of a plan) each takes its own.
      const place = passed[name] ?? 0;
      passed[name] = place + 1;
      const el = checked === undefined ? same[place] : same.find((each) => each.value === value);
      if (!el || ticks(el) !== (checked !== undefined)) continue;
      if (ticks(el)) {
        if (el.checked === checked) continue;
        el.checked = checked;
      } else {
        if (el.value === value) continue;
        const before = el.value;
        el.value = value;
        // An option that is not offered any more.
        if (el.value !== value) { el.value = before; continue; }
      }
      differed = true;
      el.closest("details")?.setAttribute("open", "");
      if (el.tagName === "SELECT") el.dispatchEvent(new Event("change", { bubbles: true }));
    }
    return differed;
  }

  const met = new WeakSet();

  function restore(form) {
    met.add(form);
    const kept = read(nameOf(form));
    if (!kept) {
      // Whoever types faster than the page loads is kept from here on.
      if (fields(form).some((el) => el.tagName !== "SELECT" && !ticks(el) && el.value !== el.defaultValue)) keep(form);
      return;
    }
    const key = hidden(form, "form_key");
    const seen = hidden(form, "seen_version");
    const fresh = key?.value;
    const version = seen?.value;
    // The answer to the sending of what is kept: it shows that already, and may have worked on it (a plan's lines).
    if (fresh && fresh === kept.key) return;
    if (!put(form, kept.typed)) return;
    if (key && kept.key) key.value = kept.key;
    say(form, () => {
      sessionStorage.removeItem(nameOf(form));
      form.reset();
      if (key) key.value = fresh;
      if (seen) seen.value = version;
    });
    if (!seen || !kept.seen || Number(kept.seen) >= Number(version)) return;
    if (!showChanged(Number(kept.seen))) seen.value = kept.seen;
  }

  function say(form, drop) {
    const line = document.createElement("p");
    line.className = "write-kept";
    line.setAttribute("role", "status");
    line.append(body.dataset.kept);
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = body.dataset.dropKept;
    button.addEventListener("click", () => {
      drop();
      line.remove();
      fields(form)[0]?.focus();
    });
    line.append(button);
    form.prepend(line);
  }

  /* What has changed since the text was typed, above the form; it renews itself from there, and an answer that is lost
     is asked for again with the next word of the feed: it shows no version yet. Say whether there is a place for it. */
  function showChanged(since) {
    const notice = document.getElementById("write-changed");
    if (!notice) return false;
    const url = new URL(notice.dataset.fragmentUrl, location.href);
    url.searchParams.set("since", since);
    notice.dataset.fragmentUrl = url.pathname + url.search;
    notice.dataset.version = "0";
    htmx.ajax("GET", url.pathname + url.search, {
      source: notice, target: notice, swap: "outerMorph", headers: { "X-Passive": "1" },
    });
    return true;
  }

  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-sign-out]")) return;
    forgetAll();
    others?.postMessage("signed-out");
  });
  if (others) others.onmessage = forgetAll;
  tidy();
  if (!staff) return;

  const changed = (event) => {
    const form = event.isTrusted && event.target.closest("form[data-keep]");
    if (form) keep(form);
  };
  document.addEventListener("input", changed);
  document.addEventListener("change", changed);
  document.addEventListener("click", (event) => {
    const form = event.target.closest("[data-drop]")?.closest("form[data-keep]");
    if (form) sessionStorage.removeItem(nameOf(form));
  });
  // A refused form comes back with what was typed, on the version it now names; one that is opened in a panel, without.
  document.addEventListener("htmx:after:swap", () => {
    tidy();
    document.querySelectorAll("form[data-keep]").forEach((form) => {
      if (!met.has(form)) restore(form);
      const kept = read(nameOf(form));
      if (!kept) return;
      // Fields that came with a choice that was put back take what was typed into them.
      if (form.querySelector(".write-kept")) put(form, kept.typed);
      else keep(form);
    });
  });
  document.querySelectorAll("form[data-keep]").forEach(restore);
})();
