/* The call at one's telephone: when the number is one customer's and nobody is in the middle of something, the record
   opens by itself; otherwise its button waits under the top bar.

   <form data-open-call="17" data-record-url="/c/…/">  of #phone-call, fetched by live.js when the call moves on */
(() => {
  "use strict";

  const SPACE = "onecase:call:";
  const staff = document.body.dataset.staff;

  /* Typed and not saved: a field that is not as the page came, or one that still has the caret in it. */
  function busy() {
    if (location.pathname.includes("/call/") || document.querySelector("dialog[open]")) return true;
    const field = document.activeElement;
    if (field && field.matches("input:not([type=hidden]), textarea, select, [contenteditable]") && field.value) return true;
    return [...document.querySelectorAll("main form[method=post]")].some((form) => [...form.elements].some((el) => {
      if (!el.name || el.type === "hidden") return false;
      if (el.tagName === "SELECT") return [...el.options].some((option) => option.selected !== option.defaultSelected);
      if (el.type === "checkbox" || el.type === "radio") return el.checked !== el.defaultChecked;
      return "defaultValue" in el && el.value !== el.defaultValue;
    }));
  }

  /* Of several tabs the one in view opens it, and each call only once. */
  function first(call) {
    const name = `${SPACE}${staff}`;
    try {
      if (localStorage.getItem(name) === call) return false;
      localStorage.setItem(name, call);
    } catch { return false; }
    return true;
  }

  function look() {
    const form = document.querySelector("#phone-call [data-open-call]");
    if (!form || document.visibilityState !== "visible" || busy()) return;
    if (location.pathname === form.dataset.recordUrl || !first(form.dataset.openCall)) return;
    form.requestSubmit();
  }
  document.addEventListener("htmx:after:swap", look);
  document.addEventListener("visibilitychange", look);
})();
