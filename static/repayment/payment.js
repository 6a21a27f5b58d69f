// Looks every two seconds whether a payment under way has moved on, and loads the page again when it has.
(() => {
  const place = document.querySelector("[data-state-url]");
  if (!place) return;
  const look = async () => {
    try {
      const answer = await fetch(place.dataset.stateUrl, { headers: { "X-Passive": "1" } });
      if (answer.redirected || !answer.ok || (await answer.json()).state !== place.dataset.state) {
        location.reload();
        return;
      }
    } catch {
      // The network is away for a moment: look again.
    }
    setTimeout(look, 2000);
  };
  setTimeout(look, 1000);
})();
