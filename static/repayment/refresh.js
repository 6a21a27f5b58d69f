// Looks every quarter of a minute, while the page is seen, whether the record has moved on, and loads the page again
// when it has, or when the session is over. Says when it looked last.
(() => {
  const place = document.querySelector("[data-record-url]");
  if (!place) return;
  const shown = place.querySelector("[data-read-at]");
  const look = async () => {
    if (document.visibilityState === "visible") {
      try {
        const answer = await fetch(place.dataset.recordUrl, { headers: { "X-Passive": "1" } });
        const now = answer.ok ? await answer.json() : null;
        if (answer.status === 403 || (now && String(now.version) !== place.dataset.version)) {
          // Not a reload: this page may be the answer to a form, which must not be sent again.
          location.replace(place.querySelector("a").href);
          return;
        }
        if (now) shown.textContent = now.read;
      } catch {
        // The network is away for a moment: the time shown stays that of the last look.
      }
    }
    setTimeout(look, 15000);
  };
  setTimeout(look, 15000);
})();
