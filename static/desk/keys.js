/* Keys of the desk: j and k walk the list, / finds, a letter presses the button that bears it, Escape closes, ? tells.
   Everything they do is also a link or a button. */
(() => {
  "use strict";

  const TICKED = /^(radio|checkbox)$/;

  function isTyping(el) {
    return el && (el.isContentEditable || (/^(INPUT|TEXTAREA|SELECT)$/.test(el.tagName) && !TICKED.test(el.type)));
  }

  function walk(step) {
    const rows = [...document.querySelectorAll("[data-row-link]")];
    if (!rows.length) return;
    let at = rows.indexOf(document.activeElement);
    if (at < 0) at = rows.findIndex((row) => row.hasAttribute("aria-current"));
    const next = rows[Math.min(Math.max(at + step, 0), rows.length - 1)];
    next.focus();
    next.scrollIntoView({ block: "nearest" });
  }

  function press(key) {
    const found = [...document.querySelectorAll("[data-key]")].find(
      (el) => el.dataset.key.toLowerCase() === key.toLowerCase() && el.offsetParent,
    );
    if (!found || found.disabled || found.getAttribute("aria-disabled") === "true") return false;
    found.focus();
    found.click();
    return true;
  }

  /* The keys in words: those of every page, and the letters that buttons of this one bear. */
  const help = document.getElementById("keys-help");
  function tell() {
    if (!help || help.open) return;
    const rows = new Map();
    document.querySelectorAll("[data-key]").forEach((el) => {
      if (el.dataset.key.length !== 1 || !el.offsetParent || rows.has(el.dataset.key)) return;
      const label = (el.labels?.[0] || el).cloneNode(true);
      label.querySelectorAll("kbd, .sr-only, svg").forEach((part) => part.remove());
      rows.set(el.dataset.key, label.textContent.trim());
    });
    const list = document.getElementById("keys-of-page");
    list.replaceChildren(...[...rows].map(([key, label]) => row(key, label)));
    if (!rows.size) list.append(row("", help.dataset.none));
    help.showModal();
  }

  function row(key, label) {
    const line = document.createElement("div");
    const term = document.createElement("dt");
    const said = document.createElement("dd");
    if (key) {
      const cap = document.createElement("kbd");
      cap.textContent = key;
      term.append(cap);
    }
    said.textContent = label;
    line.append(term, said);
    return line;
  }

  document.querySelectorAll("[data-keys-help]").forEach((button) => {
    button.hidden = !help;
    button.addEventListener("click", tell);
  });
  // A click beside the box closes it.
  help?.addEventListener("click", (event) => { if (event.target === help) help.close(); });

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (help?.open) {
      // The dialog closes itself on Escape; no letter may press a button behind it.
      if (event.key === "?") { event.preventDefault(); help.close(); }
      return;
    }
    if (event.key === "Escape") {
      document.querySelectorAll("details.menu[open], details.queues[open]").forEach((menu) => menu.removeAttribute("open"));
      if (isTyping(document.activeElement)) document.activeElement.blur();
      return;
    }
    if (isTyping(document.activeElement)) return;
    if (event.key === "j" || event.key === "k") {
      event.preventDefault();
      walk(event.key === "j" ? 1 : -1);
    } else if (event.key === "/") {
      const field = document.querySelector("input[data-search]") || document.querySelector("[data-search]");
      if (!field) return;
      event.preventDefault();
      if (field.tagName === "A") field.click(); else { field.focus(); field.select(); }
    } else if (event.key === "?") {
      event.preventDefault();
      tell();
    } else if (event.key === "Enter") {
      if (document.activeElement === document.body && press("Enter")) event.preventDefault();
    } else if (event.key.length === 1 && press(event.key)) {
      event.preventDefault();
    }
  });

  // On a phone the room one is in may lie beyond the edge of the bar.
  document.querySelector(".topnav [aria-current]")?.scrollIntoView({ inline: "center", block: "nearest" });

  document.addEventListener("click", (event) => {
    document.querySelectorAll("details.menu[open]").forEach((menu) => {
      if (!menu.contains(event.target)) menu.removeAttribute("open");
    });
  });
})();
