// Warns before a form with changes is left. Without scripts nothing is lost but the warning.
(() => {
  const form = document.querySelector("#content-main form[id$='_form']");
  if (!form || !form.querySelector(".submit-row input[type='submit']")) return;
  let changed = false;
  const refused = document.querySelector(".errornote") !== null;
  form.addEventListener("input", () => { changed = true; });
  form.addEventListener("change", () => { changed = true; });
  form.addEventListener("submit", () => { changed = false; });
  if (refused) changed = true;
  window.addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });
})();
