/* Forms that are sent: with the token of now, and once at a time.

   A sign-in in another tab changes the token, so a page reads it from the cookie when it sends. Without scripts a
   page that is older than the sign-in is refused in words. */
(() => {
  "use strict";

  const LONGEST_WAIT_MS = 20000;
  const cookie = () => document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1];

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    const token = cookie();
    const field = form.querySelector("input[name=csrfmiddlewaretoken]");
    if (token && field) field.value = token;
    if (form.hasAttribute("hx-post")) return;
    // A second click while the first is on its way; htmx sees to its own forms.
    if ("sent" in form.dataset) { event.preventDefault(); return; }
    form.dataset.sent = "";
    // After the browser has read the form: a disabled button would not be sent.
    setTimeout(() => {
      if (event.defaultPrevented) { delete form.dataset.sent; return; }
      buttons(form).forEach((button) => { button.disabled = true; });
      // Sending was stopped by hand, or the answer is long in coming: sending again is harmless.
      setTimeout(() => free(form), LONGEST_WAIT_MS);
    });
  }, true);

  const buttons = (form) => form.querySelectorAll("button[type=submit], button:not([type])");

  function free(form) {
    delete form.dataset.sent;
    buttons(form).forEach((button) => { button.disabled = false; });
  }

  // Back on a page the browser kept.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) document.querySelectorAll("form[data-sent]").forEach(free);
  });

  document.addEventListener("htmx:config:request", ({ detail }) => {
    const { request } = detail.ctx;
    const token = cookie();
    if (!token) return;
    if ("X-CSRFToken" in request.headers) request.headers["X-CSRFToken"] = token;
    if (request.body?.has?.("csrfmiddlewaretoken")) request.body.set("csrfmiddlewaretoken", token);
  });

  // The reason of a refusal stands above the fields, the button below them: who pressed it must see that it was refused.
  const REASONS = "form :is(.write-conflict, .write-refused, .write-error)";
  document.addEventListener("htmx:after:swap", ({ detail }) => {
    const { request, response } = detail.ctx;
    if (request?.method !== "POST" || !(response?.status >= 400)) return;
    const reason = [...document.querySelectorAll(REASONS)].find((el) => el.checkVisibility());
    if (!reason) return;
    const { top, bottom } = reason.getBoundingClientRect();
    if (top < 0 || bottom > innerHeight) reason.scrollIntoView({ block: "center" });
  });
})();
