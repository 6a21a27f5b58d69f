// Looks every two seconds whether a payment under way has moved on, and opens its page again when it has, or when the
// session is over.
(() => {
  const place = document.querySelector("[data-state-url]");
  if (!place) return;
  const look = async () => {
    try {
      const answer = await fetch(place.dataset.stateUrl, { headers: { "X-Passive": "1" } });
      const now = answer.ok ? await answer.json() : null;
      if (answer.status === 403 || (now && now.state !== place.dataset.state)) {
        // Not a reload: this page may be the answer to a form, which must not be sent again.
        location.replace(place.dataset.pageUrl);
        return;
      }
    } catch {
      // The network is away for a moment: look again.
    }
    setTimeout(look, 2000);
  };
  setTimeout(look, 1000);
})();
