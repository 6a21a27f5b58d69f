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
})();
