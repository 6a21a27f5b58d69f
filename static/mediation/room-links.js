/* The connections of one browser with the others in a video room: each with each, no server in between. Of two seats
   the one with the lower number offers, so that offers never cross. What a link is for is decided by the server: here
   links are made and cut as it says. */
(() => {
  "use strict";

  const GATHER_MS = 120;
  const LOST_MS = 2500;
  const PATIENCE_MS = 8000;
  const LOW_BITS = 150000;
  const FULL_BITS = 1200000;
  const RANK = { full: 2, low: 1, audio: 0 };

  class Link {
    constructor(links, person) {
      this.links = links;
      this.id = person.id;
      this.entry = person.entry;
      this.offers = links.me < person.id;
      this.stream = new MediaStream();
      this.wish = "full";
      this.shows = { audio: true, video: true, screen: false };
      this.told = JSON.stringify(this.shows);
      this.call = "";
      this.pc = null;
      this.work = this.sent = Promise.resolve();
      this.since = Date.now();
      this.tries = 0;
    }

    /* One thing after another: what comes early waits for what it rests on. */
    then(step) {
      this.work = this.work.then(step).catch((error) => console.info("room:", error.message));
      return this.work;
    }

    make(call) {
      this.drop();
      this.call = call;
      this.since = Date.now();
      const pc = new RTCPeerConnection({ iceServers: this.links.ice });
      this.pc = pc;
      let found = [];
      pc.onicecandidate = ({ candidate }) => {
        if (!candidate) return;
        if (!found.length) {
          setTimeout(() => {
            const list = found;
            found = [];
            if (this.pc === pc) this.say("candidates", { call, list });
          }, GATHER_MS);
        }
        found.push(candidate.toJSON());
      };
      pc.ontrack = ({ track }) => {
        this.stream.getTracks().filter((old) => old.kind === track.kind).forEach((old) => this.stream.removeTrack(old));
        this.stream.addTrack(track);
        this.links.changed(this);
      };
      pc.onconnectionstatechange = () => {
        if (this.pc !== pc) return;
        this.since = Date.now();
        if (pc.connectionState === "connected") {
          this.tries = 0;
          this.tune();
          this.say("wish", { wish: this.links.quality });
          this.tell();
        }
        this.links.changed(this);
      };
      return pc;
    }

    /* In order: an address that overtook its offer would be thrown away. */
    say(kind, body) {
      this.sent = this.sent.then(() => this.links.send(this.id, kind, JSON.stringify(body)));
      return this.sent;
    }

    /* Say what is sent here, unless the other knows it already: all is on until somebody says otherwise. */
    tell() {
      const now = JSON.stringify(this.links.shows);
      if (now === this.told) return;
      this.told = now;
      this.say("shows", this.links.shows);
    }

    /* Begin anew, with a name of its own, so that what is late from before is told apart. */
    offer() {
      return this.then(async () => {
        const pc = this.make(crypto.randomUUID());
        pc.addTransceiver("audio", { direction: "sendrecv" });
        pc.addTransceiver("video", { direction: "sendrecv" });
        await this.feed();
        await pc.setLocalDescription();
        await this.say("offer", { call: this.call, sdp: pc.localDescription.sdp });
      });
    }

    restart() {
      return this.then(async () => {
        this.pc.restartIce();
        await this.pc.setLocalDescription(await this.pc.createOffer({ iceRestart: true }));
        await this.say("offer", { call: this.call, sdp: this.pc.localDescription.sdp });
      });
    }

    hear(kind, body) {
      if (kind === "offer") return this.then(() => this.answer(body));
      if (kind === "wish") {
        this.wish = body.wish in RANK ? body.wish : "full";
        return this.then(() => this.feed());
      }
      if (kind === "shows") {
        this.shows = { audio: body.audio === true, video: body.video === true, screen: body.screen === true };
        return this.links.changed(this);
      }
      if (kind === "again") return this.offers ? this.offer() : undefined;
      return this.then(async () => {
        if (!this.pc || body.call !== this.call) return;
        if (kind === "answer") await this.pc.setRemoteDescription({ type: "answer", sdp: body.sdp });
        else for (const each of body.list) await this.pc.addIceCandidate(each);
      });
    }

    async answer({ call, sdp }) {
      const pc = call === this.call && this.pc ? this.pc : this.make(call);
      await pc.setRemoteDescription({ type: "offer", sdp });
      pc.getTransceivers().forEach((each) => { each.direction = "sendrecv"; });
      await this.feed();
      await pc.setLocalDescription();
      await this.say("answer", { call, sdp: pc.localDescription.sdp });
    }

    /* Give this link what it may have: no picture where either side wants none. */
    async feed() {
      if (!this.pc) return;
      const least = Math.min(RANK[this.wish], RANK[this.links.quality]);
      for (const each of this.pc.getTransceivers()) {
        const audio = each.receiver.track.kind === "audio";
        const track = audio ? this.links.audio : least ? this.links.video : null;
        if (each.sender.track !== track) await each.sender.replaceTrack(track);
      }
      await this.tune();
    }

    async tune() {
      if (!this.pc) return;
      const low = Math.min(RANK[this.wish], RANK[this.links.quality]) < 2;
      for (const { sender } of this.pc.getTransceivers()) {
        const said = sender.getParameters();
        if (sender.track?.kind !== "video" || !said.encodings?.length) continue;
        said.encodings[0].maxBitrate = low ? LOW_BITS : FULL_BITS;
        said.encodings[0].scaleResolutionDownBy = low ? 2 : 1;
        await sender.setParameters(said).catch(() => {});
      }
    }

    get state() {
      return this.pc ? this.pc.connectionState : "new";
    }

    /* A connection that stays lost is looked for on other ways first, and then begun anew. */
    check(now) {
      if (this.state === "connected") return;
      const patience = ["failed", "closed"].includes(this.state) ? 0 : this.state === "disconnected" && !this.tries ? LOST_MS : PATIENCE_MS;
      if (now - this.since < patience) return;
      this.since = now;
      this.tries += 1;
      if (!this.offers) this.say("again", {});
      else if (this.tries === 1 && this.pc) this.restart();
      else this.offer();
    }

    drop() {
      if (!this.pc) return;
      this.pc.onicecandidate = this.pc.ontrack = this.pc.onconnectionstatechange = null;
      this.pc.close();
      this.pc = null;
      this.stream.getTracks().forEach((track) => this.stream.removeTrack(track));
    }
  }

  class Links {
    constructor({ ice, me, send, changed }) {
      this.ice = ice;
      this.me = me;
      this.send = send;
      this.changed = changed;
      this.audio = null;
      this.video = null;
      this.quality = "full";
      this.shows = { audio: true, video: true, screen: false };
      this.all = new Map();
      this.timer = setInterval(() => this.all.forEach((link) => link.check(Date.now())), 1000);
    }

    /* Make the links the server says there are, and cut all others. */
    follow(people) {
      const wanted = new Map(people.filter((each) => each.linked).map((each) => [each.id, each]));
      for (const [id, link] of this.all) {
        if (wanted.get(id)?.entry === link.entry) continue;
        link.drop();
        this.all.delete(id);
      }
      for (const person of wanted.values()) {
        if (this.all.has(person.id)) continue;
        const link = new Link(this, person);
        this.all.set(person.id, link);
        if (link.offers) link.offer();
      }
    }

    hear({ from, entry, kind, body }) {
      const link = this.all.get(from);
      if (link && link.entry === entry) link.hear(kind, JSON.parse(body));
    }

    feed(tracks) {
      Object.assign(this, tracks);
      return Promise.all([...this.all.values()].map((link) => link.then(() => link.feed())));
    }

    setQuality(quality) {
      this.quality = quality;
      this.all.forEach((link) => link.say("wish", { wish: quality }));
      return this.feed({});
    }

    /* Tell the others what they get: a microphone that is off sounds like silence, and is not the same. */
    show(shows) {
      this.shows = shows;
      this.all.forEach((link) => { if (link.state === "connected") link.tell(); });
    }

    /* The network is back: lost links do not wait for their turn. */
    retry() {
      this.all.forEach((link) => { if (link.state !== "connected") link.since = 0; });
    }

    end() {
      clearInterval(this.timer);
      this.all.forEach((link) => link.drop());
      this.all.clear();
    }
  }

  window.OneCaseLinks = Links;
})();
