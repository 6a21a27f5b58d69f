/* Keys of the desk: j and k walk the list, / finds, a letter presses the button that bears it, Escape closes.
   Everything they do is also a link or a button. */
(() => {
  "use strict";

  function isTyping(el) {
    return el && (el.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(el.tagName));
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

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
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
    } else if (event.key === "Enter") {
      if (document.activeElement === document.body && press("Enter")) event.preventDefault();
    } else if (event.key.length === 1 && press(event.key)) {
      event.preventDefault();
    }
  });

  document.addEventListener("click", (event) => {
    document.querySelectorAll("details.menu[open]").forEach((menu) => {
      if (!menu.contains(event.target)) menu.removeAttribute("open");
    });
  });
})();
