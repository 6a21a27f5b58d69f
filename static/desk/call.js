// Opens what an outcome asks for: a promise its dates, a payment its day, a callback its hour. Without this the
// same groups are opened by hand.
(() => {
  "use strict";

  document.addEventListener("change", (event) => {
    if (event.target.name !== "outcome") return;
    // An outcome says who answered.
    const party = event.target.closest("[data-party]")?.dataset.party;
    event.target.form.querySelectorAll("input[name=party]").forEach((el) => { if (el.value === party) el.checked = true; });
    document.querySelectorAll("details[data-outcome]").forEach((group) => {
      if (group.dataset.outcome.split(" ").includes(event.target.value)) group.open = true;
    });
  });

  // An outcome of another party than the one that answered is not sent along unseen.
  document.addEventListener("change", (event) => {
    if (event.target.name !== "party") return;
    const form = event.target.form;
    form.querySelectorAll("input[name=outcome]:checked").forEach((el) => {
      if (el.closest("[data-party]").dataset.party !== event.target.value) el.checked = false;
    });
  });

  // How long the call has lasted, by the server's clock: this machine's own may be wrong.
  const timer = document.querySelector("[data-timer]");
  if (timer) {
    const ahead = Date.now() - Date.parse(timer.dataset.now);
    const began = Date.parse(timer.dataset.since);
    const tick = () => {
      const seconds = Math.max(0, Math.floor((Date.now() - ahead - began) / 1000));
      timer.textContent = `${String(Math.floor(seconds / 60)).padStart(2, "0")}:${String(seconds % 60).padStart(2, "0")}`;
    };
    tick();
    setInterval(tick, 1000);
  }

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
