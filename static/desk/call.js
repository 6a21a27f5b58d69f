// Opens what an outcome asks for: a promise its dates, a payment its day, a callback its hour. Without this the
// same groups are opened by hand.
(() => {
  "use strict";

  document.addEventListener("change", (event) => {
    if (event.target.name !== "outcome") return;
    document.querySelectorAll("details[data-outcome]").forEach((group) => {
      if (group.dataset.outcome === event.target.value) group.open = true;
    });
  });

  // A call that a colleague has now, or that is closed: what was typed can be read and copied, not sent. The server
  // refuses it anyway.
  let off = false;
  function follow() {
    const state = document.getElementById("call-line")?.dataset.line;
    const gone = state === "lost" || state === "closed";
    if (gone === off && !gone) return;
    off = gone;
    document.querySelectorAll("form[data-call-form]").forEach((form) => {
      form.classList.toggle("is-off", gone);
      form.querySelectorAll("button, select, input[type=radio], input[type=checkbox]").forEach((el) => { el.disabled = gone; });
      form.querySelectorAll("textarea, input:not([type=hidden])").forEach((el) => { el.readOnly = gone; });
    });
  }
  document.addEventListener("htmx:after:swap", follow);
  follow();
})();
