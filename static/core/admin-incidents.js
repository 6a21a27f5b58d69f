/* The sentence of an incident on the pages of the administration: fetched when the desk's feed says that another
   one is going on. The feed is the one every tab of this browser shares. */
(() => {
  "use strict";

  const slot = document.getElementById("going-on");
  if (!slot || !slot.dataset.liveUrl) return;
  const { liveUrl: url, feedScript, staff } = slot.dataset;

  async function hear({ incidents }) {
    const shown = document.getElementById("incidents");
    if (typeof incidents !== "string" || !shown || shown.dataset.stamp === incidents) return;
    const answer = await fetch(shown.dataset.fragmentUrl, { headers: { "X-Passive": "1", "HX-Request": "true" } });
    if (answer.ok) slot.innerHTML = await answer.text();
  }

  let port = null;
  function share() {
    const watch = () => port.postMessage({ type: "watch", url, records: [], list: "" });
    port = new SharedWorker(feedScript, { name: `onecase-${staff}` }).port;
    port.onmessage = ({ data }) => (data.type === "forgotten" ? watch() : hear(data));
    port.start();
    watch();
  }

  function alone() {
    const feed = new window.OneCaseFeed(url, hear);
    feed.watch("page", [], "");
    setInterval(() => feed.ping("page"), 10000);
    window.addEventListener("pagehide", () => feed.leave("page"));
  }

  try {
    share();
    setInterval(() => port.postMessage({ type: "ping" }), 10000);
    window.addEventListener("pagehide", () => port.postMessage({ type: "leave" }));
    window.addEventListener("pageshow", ({ persisted }) => { if (persisted) share(); });
  } catch {
    alone();
  }
})();
