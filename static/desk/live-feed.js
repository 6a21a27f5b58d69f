/* One stream of changes per browser. As a shared worker it serves every tab; where there are no shared
   workers each tab runs it for itself. It knows nothing of pages: it passes on what the server says. */
(() => {
  "use strict";

  const SILENCE_MS = 6000;
  const LONGEST_WAIT_MS = 8000;
  const SOONEST_RETRY_MS = 1000;
  const FORGET_AFTER_MS = 150000;
  /* As desk/views/live.py has it. */
  const MOST_RECORDS = 600;
  const HERE_EVERY_MS = 15000;

  class Feed {
    constructor(url, emit) {
      this.url = url;
      this.emit = emit;
      this.watchers = new Map();
      this.versions = new Map();
      this.marks = new Map();
      this.left = [];
      this.source = null;
      this.opened = "";
      this.failures = 0;
      this.timer = 0;
      this.heard = 0;
      this.hears = null;
      this.sees = true;
      this.incidents = undefined;
      this.call = undefined;
      this.here = new Map();
      this.ended = false;
      this.holds = false;
      this.saidAt = 0;
      this.said = "";
      this.saying = 0;
      this.triedAt = 0;
      setInterval(() => this.check(), 1000);
      self.addEventListener("online", () => this.retry());
    }

    /* Somebody is at a blind screen, or the network is back: do not sit out the rest of the wait. */
    retry() {
      if (this.source || this.ended || Date.now() - this.triedAt < SOONEST_RETRY_MS) return;
      clearTimeout(this.timer);
      this.open();
    }

    /* A tab says what it shows; the stream is opened anew when the sum of all tabs changes. */
    watch(key, records, list, boards, front) {
      const { place, seen = 0 } = this.watchers.get(key) || {};
      this.watchers.set(key, { records, list, boards, at: Date.now(), place, seen: front ? Date.now() : seen });
      this.ended = false;
      clearTimeout(this.settle);
      this.settle = setTimeout(() => this.open(), 60);
    }

    ping(key) {
      const watcher = this.watchers.get(key);
      if (watcher) watcher.at = Date.now();
      return Boolean(watcher);
    }

    leave(key) {
      this.watchers.delete(key);
      this.say(!this.watchers.size);
      if (!this.watchers.size) this.close();
    }

    /* A tab says at which record its person is, and whether they write there. */
    place(key, place) {
      const watcher = this.watchers.get(key);
      if (!watcher) return;
      watcher.place = place;
      this.say();
    }

    /* The heartbeat, for all tabs: it holds the line of a call, and says where its person is. A change goes at once.
       Two under way at a time may arrive the wrong way round, and somebody who is here be nowhere until the next: so
       what changes meanwhile waits for the answer. Only whoever leaves for good cannot wait. */
    async say(leaving = false) {
      if (this.ended || !this.url || (this.saying && !leaving)) return;
      const places = [...this.watchers.values()].map((each) => each.place).filter((each) => each && each.record);
      const ids = (wanted) => [...new Set(wanted.map((each) => each.record))].sort().join(",");
      const body = `at=${ids(places)}&writing=${ids(places.filter((each) => each.writing))}`;
      const now = Date.now();
      // Who is nowhere and holds no line says so once.
      const idle = !places.length && !this.holds;
      if (body === this.said && (idle || now - this.saidAt < HERE_EVERY_MS)) return;
      this.said = body;
      this.saidAt = now;
      const headers = { "X-Passive": "1", "Content-Type": "application/x-www-form-urlencoded" };
      const signal = AbortSignal.timeout(HERE_EVERY_MS);
      this.saying += 1;
      try {
        const answer = await fetch(`${this.url}here/`, { method: "POST", headers, body, keepalive: true, signal });
        if (!answer.ok) return;
        const { held } = await answer.json();
        this.holds = held;
        this.emit({ type: "line", held });
      } catch { /* no server: the lease runs on without us, and ends */ } finally {
        this.saying -= 1;
        this.say();
      }
    }

    /* One stream follows so many records and no more. The tab that was looked at last comes first; a tab for which there
       is no room is told so, and says that it may be out of date until somebody looks at it. */
    address() {
      const ids = new Set();
      let list = "";
      for (const watcher of [...this.watchers.values()].sort((a, b) => b.seen - a.seen)) {
        const more = watcher.records.filter((id) => !ids.has(id));
        if (!ids.size || ids.size + more.length <= MOST_RECORDS) more.slice(0, MOST_RECORDS).forEach((id) => ids.add(id));
        if (watcher.list) list = list && list !== watcher.list ? "all" : watcher.list;
      }
      const boards = [...this.watchers.values()].some((each) => each.boards) ? "&boards=1" : "";
      const records = [...ids].sort((a, b) => a - b).join(",");
      this.left = [...new Set([...this.watchers.values()].flatMap((each) => each.records))].filter((id) => !ids.has(id));
      return { key: `${records}|${list}${boards}`, query: `?records=${records}&list=${list}${boards}` };
    }

    open() {
      if (!this.watchers.size) return;
      const { key, query } = this.address();
      const alive = this.source && this.source.readyState !== EventSource.CLOSED;
      if (alive && key === this.opened && this.hears !== null) {
        this.emit({ type: "state", records: Object.fromEntries(this.versions), marks: Object.fromEntries(this.marks), left: this.left, here: Object.fromEntries(this.here), hears: this.hears, sees: this.sees, incidents: this.incidents, call: this.call, repeated: true });
        return;
      }
      if (alive && key === this.opened) return;
      this.close();
      this.opened = key;
      this.heard = this.triedAt = Date.now();
      const source = new EventSource(this.url + query);
      this.source = source;
      for (const name of ["state", "record", "presence", "list", "board", "inbox", "incidents", "call", "beat", "bye"]) {
        source.addEventListener(name, (event) => this.hear(source, name, JSON.parse(event.data)));
      }
      source.onerror = () => {
        if (source !== this.source) return;
        this.close();
        this.later();
      };
    }

    hear(source, type, data) {
      if (source !== this.source) return;
      this.heard = Date.now();
      this.failures = 0;
      if (typeof data.hears === "boolean") this.hears = data.hears;
      if (typeof data.sees === "boolean") this.sees = data.sees;
      if (type === "state") {
        for (const [id, version] of Object.entries(data.records)) this.versions.set(Number(id), version);
        for (const [id, mark] of Object.entries(data.marks || {})) this.marks.set(Number(id), mark);
        data.left = this.left = [...new Set([...this.left, ...(data.left || [])])];
        this.here = new Map(Object.entries(data.here));
      }
      if (typeof data.incidents === "string") this.incidents = data.incidents;
      if (typeof data.call === "string") this.call = data.call;
      if (type === "presence") this.here.set(String(data.record), data.who);
      // Told of two changes the wrong way round, a tab that comes later must not hold the earlier for the newest.
      if (type === "record") {
        this.versions.set(data.record, Math.max(data.version, this.versions.get(data.record) || 0));
        const before = this.marks.get(data.record) || [0, 0];
        this.marks.set(data.record, data.mark.map((each, place) => Math.max(each, before[place])));
      }
      if (type === "bye") {
        this.close();
        this.ended = data.reason === "signed_out";
        if (!this.ended) this.later();
      }
      this.emit({ type, ...data });
      // Words of the server wake a hidden tab whose timers are slowed down.
      this.say();
    }

    /* Wait longer after each failure, and never all screens at once. */
    later() {
      clearTimeout(this.timer);
      const wait = Math.min(1000 * 2 ** this.failures, LONGEST_WAIT_MS);
      this.failures += 1;
      this.timer = setTimeout(() => this.open(), wait * (0.5 + Math.random()));
    }

    close() {
      clearTimeout(this.timer);
      this.hears = null;
      if (this.source) this.source.close();
      this.source = null;
    }

    /* A connection that has died without a word is opened anew; tabs that have gone are forgotten. */
    check() {
      const now = Date.now();
      if (this.watchers.size) this.say();
      if (this.source && now - this.heard > SILENCE_MS) {
        this.close();
        this.later();
      }
      for (const [key, watcher] of this.watchers) {
        if (now - watcher.at > FORGET_AFTER_MS) this.leave(key);
      }
    }
  }

  const inWorker = typeof SharedWorkerGlobalScope !== "undefined" && self instanceof SharedWorkerGlobalScope;
  if (!inWorker) {
    window.OneCaseFeed = Feed;
    return;
  }

  const ports = new Set();
  let feed = null;
  self.onconnect = (event) => {
    const port = event.ports[0];
    ports.add(port);
    port.onmessage = ({ data }) => {
      if (data.type === "watch") {
        // A tab that was forgotten is followed no more: it hears nothing, so that it does not believe itself live.
        feed ||= new Feed(data.url, (message) => ports.forEach((each) => feed.watchers.has(each) && each.postMessage(message)));
        feed.watch(port, data.records, data.list, data.boards, data.front);
      } else if (data.type === "ping") {
        port.postMessage({ type: feed && !feed.ping(port) ? "forgotten" : "pong" });
      } else if (data.type === "retry") {
        if (feed && !feed.watchers.has(port)) port.postMessage({ type: "forgotten" });
        else if (feed) feed.retry();
      } else if (data.type === "place") {
        if (feed) feed.place(port, data.place);
      } else if (data.type === "leave") {
        ports.delete(port);
        if (feed) feed.leave(port);
      }
    };
    port.start();
  };
})();
