/* What a video room looks like: tiles, people and words, drawn from what the server says. It sends nothing itself. */
(() => {
  "use strict";

  const root = document.getElementById("room");
  if (!root) return;
  const part = (id) => document.getElementById(`room-${id}`);
  const words = part("words").dataset;
  const language = root.dataset.language;
  const tiles = new Map();

  const word = (name, values = {}) =>
    Object.entries(values).reduce((text, [key, value]) => text.replace(`{${key}}`, value), words[name] || "");
  const stateWord = (state) => part("words").getAttribute(`data-state-${state}`);
  const nameOf = (person) => `${person.name[language]} · ${part("words").getAttribute(`data-kind-${person.kind}`)}`;

  function say(text) {
    if (part("said").textContent !== text) part("said").textContent = text;
    part("said").hidden = !text;
  }

  function tile(id, name) {
    if (!tiles.has(id)) {
      const made = part("tile").content.firstElementChild.cloneNode(true);
      made.dataset.seat = id;
      part("tiles").append(made);
      tiles.set(id, made);
    }
    const made = tiles.get(id);
    made.querySelector(".room-name").textContent = name;
    made.querySelector("video").setAttribute("aria-label", name);
    return made;
  }

  function show(id, name, stream, how, mine) {
    const made = tile(id, name);
    const video = made.querySelector("video");
    if (video.srcObject !== stream) video.srcObject = stream;
    // Whoever sees themselves expects a mirror, and must not hear themselves.
    video.muted = mine;
    made.classList.toggle("is-mine", mine && !stream.getVideoTracks().some((each) => each.getSettings().displaySurface));
    made.querySelector(".room-how").textContent = how;
    // A stream whose tracks have changed may have stopped.
    if (video.paused && stream) video.play().catch(() => {});
  }

  function keep(ids) {
    for (const [id, made] of tiles) {
      if (ids.has(id)) continue;
      made.querySelector("video").srcObject = null;
      made.remove();
      tiles.delete(id);
    }
  }

  function button(name, person, what) {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "button";
    made.dataset.what = what;
    made.dataset.seat = person.id;
    made.textContent = word(name);
    made.setAttribute("aria-label", `${word(name)}: ${person.name[language]}`);
    return made;
  }

  /* The host's list. Drawn anew only when it says something else: a form that is being filled in stays. */
  let drawn = "";
  function people(list, aside) {
    if (!part("people")) return;
    const now = JSON.stringify([list, aside]);
    if (now === drawn) return;
    const checks = new Map([...part("people").querySelectorAll("form")].map((form) => [form.dataset.seat, form]));
    drawn = now;
    part("people").replaceChildren(...list.map((person) => {
      const item = document.createElement("li");
      const who = document.createElement("span");
      who.textContent = `${nameOf(person)} · ${stateWord(person.state)}${person.here ? "" : ` · ${word("gone")}`}${person.id === aside ? ` · ${word("asideNow")}` : ""}`;
      item.append(who);
      const inside = person.state === "admitted";
      const party = person.kind === "customer";
      if (person.state === "waiting" && party) item.append(button("look", person, "look"));
      if (person.state === "waiting" && !party) item.append(button("admit", person, "admit"));
      if (person.state === "checking") item.append(checks.get(String(person.id)) || check(person));
      if (inside && person.aside && person.id !== aside) item.append(button("aside", person, "aside"));
      if (person.state !== "waiting") item.append(button("letWait", person, "let_wait"));
      if (person.state !== "removed") item.append(button("sendOut", person, "send_out"));
      return item;
    }));
  }

  function check(person) {
    const form = part("check").content.firstElementChild.cloneNode(true);
    form.dataset.seat = person.id;
    form.querySelector(".room-expected").textContent = word("compare", { name: person.name[language], tail: person.tail });
    return form;
  }

  function message({ name, text, at, aside }) {
    const item = document.createElement("li");
    const who = document.createElement("b");
    who.textContent = `${name[language]} ${at}${aside ? ` · ${word("saidAside")}` : ""}`;
    const said = document.createElement("span");
    said.textContent = text;
    item.append(who, said);
    part("messages").append(item);
    item.scrollIntoView({ block: "nearest" });
  }

  function press(id, pressed) {
    part(id).setAttribute("aria-pressed", String(pressed));
  }

  window.OneCaseRoomScreen = { root, part, word, nameOf, say, show, keep, people, message, press };
})();
