/* Who else is at a record, and who writes there: said by this page, and shown wherever a record is named.

   <main data-here="17">                                  the record this page is about
   <span data-here-of="17" hx-morph-skip></span>          in a list: marks of departments
   <p data-here-of="17" data-here-words hx-morph-skip>    in a heading: names and what they do */
(() => {
  "use strict";

  const WRITING_MS = 20000;
  const words = document.getElementById("here-words");
  if (!words) return;
  const me = Number(document.body.dataset.staff);
  const chinese = document.documentElement.lang.startsWith("zh");
  const here = new Map();
  let known = null;
  let said = "";
  let wroteAt = -WRITING_MS;

  /* Say it again only when it has changed; live-feed.js repeats it. */
  function say() {
    const record = Number(document.querySelector("[data-here]")?.dataset.here || 0);
    const writing = Boolean(record) && performance.now() - wroteAt < WRITING_MS;
    const now = `${record}:${writing}`;
    if (now === said) return;
    said = now;
    document.dispatchEvent(new CustomEvent("onecase:place", { detail: { record, writing } }));
  }
  document.addEventListener("input", (event) => {
    if (!event.target.closest("main form[method=post]")) return;
    wroteAt = performance.now();
    say();
  });
  setInterval(say, 1000);

  function badge(who) {
    const mark = words.content.querySelector(`[data-department="${CSS.escape(who.department)}"]`);
    return mark ? mark.cloneNode(true) : document.createElement("span");
  }

  function line(who) {
    const doing = who.writing ? words.dataset.writing : words.dataset.looking;
    const department = words.content.querySelector(`[data-department="${CSS.escape(who.department)}"]`)?.title || "";
    return doing.replace("{name}", chinese ? who.zh : who.en).replace("{department}", department);
  }

  function chip(who, whole) {
    const chip = document.createElement("span");
    chip.className = who.writing ? "here-one is-writing" : "here-one";
    const mark = badge(who);
    mark.removeAttribute("title");
    mark.setAttribute("aria-hidden", "true");
    const text = document.createElement("span");
    if (!whole) text.className = "sr-only";
    text.textContent = line(who);
    chip.append(mark, text);
    if (!whole) chip.title = text.textContent;
    return chip;
  }

  /* Only what has changed is touched, so that nothing is read out twice. */
  function paint() {
    document.querySelectorAll("[data-here-of]").forEach((el) => {
      const others = (here.get(el.dataset.hereOf) || []).filter((who) => who.id !== me);
      const whole = "hereWords" in el.dataset;
      const key = known === false ? "unknown" : JSON.stringify(others);
      if (el.dataset.shown === key) return;
      el.dataset.shown = key;
      if (known === false) el.replaceChildren(...(whole ? [words.dataset.unknown] : []));
      else el.replaceChildren(...others.map((who) => chip(who, whole)));
    });
  }

  document.addEventListener("onecase:heard", ({ detail }) => {
    if (typeof detail.hears === "boolean") known = detail.hears;
    if (detail.type === "state") {
      here.clear();
      for (const [id, who] of Object.entries(detail.here)) here.set(id, who);
    }
    if (detail.type === "presence") here.set(String(detail.record), detail.who);
    paint();
  });
  document.addEventListener("htmx:after:swap", () => { paint(); say(); });
  say();
})();
