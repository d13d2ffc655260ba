/* Time, what it moves, and what is known of who was clicked. Serves the page and replays alike. */
"use strict";
window.CS = window.CS || {};

(() => {
  const { make, choice } = CS;
  const SPEEDS = [1, 2, 5, 10, 20, 60];

  /** The present month, of one run or several. */
  class Clock {
    constructor() {
      this.month = 0;
      this.end = 0;
      this.total = 0;
      this.speed = 5;
      this.playing = false;
      this.listeners = new Set();
    }

    /** Say how many months are there, and how many there will be. */
    reach(months, total) {
      this.end = Math.max(0, months - 1);
      this.total = total;
      if (this.month > this.end && months >= total) this.month = this.end;
      this.tell();
    }

    go(month) {
      this.month = Math.max(0, Math.min(this.end, month));
      this.tell();
    }

    step(by) {
      this.pause();
      this.go(Math.round(this.month) + by);
    }

    toggle() { this.playing ? this.pause() : this.play(); }

    play() {
      if (this.playing) return;
      if (this.month >= this.end && this.end + 1 >= this.total) this.month = 0;
      this.playing = true;
      this.last = performance.now();
      const tick = (now) => {
        if (!this.playing) return;
        const on = this.month + (Math.max(0, now - this.last) / 1000) * this.speed;
        this.last = now;
        this.month = Math.min(this.end, on);
        if (this.month >= this.end && this.end + 1 >= this.total) { this.month = this.end; this.playing = false; }
        this.tell();
        if (this.playing) requestAnimationFrame(tick);
      };
      requestAnimationFrame(tick);
      this.tell();
    }

    pause() {
      if (!this.playing) return;
      this.playing = false;
      this.month = Math.round(this.month);
      this.tell();
    }

    get whole() { return Math.floor(this.month + 1e-9); }
    tell() { this.listeners.forEach((listener) => listener()); }
  }

  /** Buttons and the slider of months. */
  class Transport {
    constructor(clock, alone = true) {
      this.clock = clock;
      const button = (label, sign, pressed) => make("button", { type: "button", "aria-label": label, title: label, onclick: pressed }, sign);
      this.play = button("Play", "▶", () => clock.toggle());
      this.play.classList.add("play");
      this.range = make("input", { type: "range", min: 0, max: 0, step: 1, value: 0, "aria-label": "Month", oninput: () => { clock.pause(); clock.go(Number(this.range.value)); } });
      this.output = make("output", { class: "month" });
      const speed = choice("Speed", SPEEDS.map((s) => [s, `${s} months a second`]), clock.speed, (value) => { clock.speed = Number(value); });
      this.speed = speed;
      this.element = make("div", { class: "transport", role: "group", "aria-label": "Time" },
        make("div", { class: "buttons" },
          button("To the start", "◀◀", () => { clock.pause(); clock.go(0); }),
          button("A month back", "◀|", () => clock.step(-1)),
          this.play,
          button("A month on", "▶|", () => clock.step(1)),
        ),
        this.range, this.output, alone ? speed : null);
      clock.listeners.add(() => this.tick());
      this.tick();
    }

    tick() {
      const { clock } = this, month = clock.whole;
      this.play.textContent = clock.playing ? "❚❚" : "▶";
      this.play.setAttribute("aria-label", clock.playing ? "Pause" : "Play");
      this.play.title = `${clock.playing ? "Pause" : "Play"} (space)`;
      this.range.max = Math.max(0, clock.total - 1);
      this.range.value = month;
      this.output.textContent = `month ${month} · year ${Math.floor(month / 12) + 1}`;
    }
  }

  /** Space, arrows, Home and End, plus and minus, wherever no field is being filled in. */
  CS.keys = (clock, active) => document.addEventListener("keydown", (event) => {
    if (!active() || event.ctrlKey || event.metaKey || event.altKey) return;
    const on = event.target.closest("input, select, textarea, button, a, summary, [role=tab]");
    if (on) return;
    const act = {
      " ": () => clock.toggle(), ArrowRight: () => clock.step(1), ArrowLeft: () => clock.step(-1), Home: () => { clock.pause(); clock.go(0); },
      End: () => { clock.pause(); clock.go(clock.end); }, "+": () => { clock.speed = Math.min(60, clock.speed * 2); }, "-": () => { clock.speed = Math.max(1, clock.speed / 2); },
    }[event.key];
    if (act) { act(); event.preventDefault(); }
  });

  /** Who was clicked: its state in the present month, and its story so far. */
  class Card {
    constructor(clock, pick) {
      this.clock = clock;
      this.pick = pick;
      this.element = make("section", { class: "card", "aria-label": "Card", "aria-live": "off" });
      this.shown = "";
    }

    show(run, selected) {
      const month = this.clock.whole, key = `${month}/${JSON.stringify(selected)}/${run ? run.months : 0}/${run && run.header.title}`;
      if (key === this.shown && run === this.run) return;
      this.shown = key;
      this.run = run;
      if (!run || !run.months) return;
      if (!selected) { this.fill(this.field(run, month)); return; }
      const parts = this[selected.kind](run, month, selected.number);
      const close = make("button", { type: "button", class: "close", "data-key": "close", "aria-label": "Close the card", onclick: () => this.pick(null) }, "×");
      this.fill([close, ...parts]);
    }

    /** Fill the card anew; a reader with the keyboard stays in it. */
    fill(parts) {
      const within = this.element.contains(document.activeElement);
      CS.refill(this.element, parts);
      if (!within || this.element.contains(document.activeElement)) return;
      const first = this.element.querySelector("button");
      if (first) first.focus({ preventScroll: true });
    }

    link(kind, number, text) {
      return make("button", { type: "button", class: "link", "data-key": `${kind} ${number}`, onclick: () => this.pick({ kind, number }) }, text);
    }

    facts(rows) {
      return make("dl", {}, rows.filter(Boolean).map(([name, value]) => [make("dt", {}, name), make("dd", {}, value)]));
    }

    meter(share) {
      return make("span", { class: "meter" }, make("span", { style: `width:${Math.round(100 * share)}%` }), make("b", {}, CS.percent(share)));
    }

    story(run, events, month, side) {
      const past = events.filter((event) => event.month <= month).sort((a, b) => a.month - b.month);
      const items = past.slice(-60).reverse().map((event) => make("li", {}, make("span", { class: "when" }, `month ${event.month}`), run.tell(event, side)));
      return [make("h4", {}, "Story so far, the latest first"), items.length ? make("ol", { class: "story" }, items) : make("p", { class: "quiet" }, "Nothing yet.")];
    }

    organization(run, month, number) {
      const frame = run.frame(month), about = run.header.organizations, serials = frame.memberships.get(number) || [];
      const state = frame.flags[number] & 1 ? "researching a launch" : frame.flags[number] & 2 ? "resting after a coalition" : serials.length ? "member" : "free";
      return [
        make("h3", {}, run.organization(number)),
        this.facts([
          ["Now", state],
          ["Coalitions", serials.length ? make("span", {}, serials.map((serial) => this.link("coalition", serial, run.coalition(serial)))) : "none"],
          ["Capacity", `${CS.number(frame.capacity[number])} FTE`],
          ["Readiness", this.meter(frame.readiness[number] / 255)],
          ["Reserve", this.meter(frame.reserve[number] / 255)],
          ["Openness", this.meter(about.openness[number])],
          ["Leadership", this.meter(about.leadership[number])],
        ]),
        ...this.story(run, run.ofOrganization[number], month, "organization"),
      ];
    }

    coalition(run, month, serial) {
      const frame = run.frame(month), now = frame.coalitions.get(serial), { convener, launch } = run.coalitions[serial];
      const grants = frame.grants.filter((grant) => grant.serial === serial);
      const events = run.ofCoalition[serial].filter((event) => event.kind !== "released");
      const rows = now ? [
        now.focal ? ["Initiative", "★ the one that was planned"] : null,
        ["Works on", this.link("issue", now.issue, run.issue(now.issue))],
        ["Progress", this.meter(now.progress)],
        ["Trust", this.meter(now.trust)],
        ["Problems solved", String(now.solved)],
        ["Funders", grants.length ? make("span", {}, grants.map((g) => this.link("funder", g.funder, `${run.funder(g.funder)}: ${g.amount ? `${CS.number(g.amount)} full-time people` : "in contact"}`))) : "none"],
        [`Members (${now.members.length})`, make("span", {}, now.members.slice(0, 40).map((i) => this.link("organization", i, run.organization(i))), now.members.length > 40 ? ` and ${now.members.length - 40} more` : "")],
      ] : [["Now", launch > month ? "not launched yet" : "over"]];
      return [
        make("h3", {}, make("span", { class: `key slot-fill-${run.coalitions[serial].slot}` }), " ", run.coalition(serial)),
        this.facts([["Convener", this.link("organization", convener, run.organization(convener))], ["Launched", launch < 0 ? `${-launch} months before the start` : `month ${launch}`], ...rows]),
        ...this.story(run, events, month, "coalition"),
      ];
    }

    issue(run, month, number) {
      const frame = run.frame(month), on = [...frame.coalitions.values()].filter((coalition) => coalition.issue === number);
      return [
        make("h3", {}, run.issue(number)),
        this.facts([
          ["Need", this.meter(frame.need[number] / 255)],
          ["Coalitions on it", on.length ? make("span", {}, on.map((c) => this.link("coalition", c.serial, run.coalition(c.serial)))) : "none"],
        ]),
      ];
    }

    funder(run, month, number) {
      const frame = run.frame(month), gives = frame.grants.filter((grant) => grant.funder === number), { budget } = run.header.funders;
      const events = run.ofCoalition.flat().filter((event) => event.kind.startsWith("grant") && event.about === number);
      return [
        make("h3", {}, run.funder(number)),
        this.facts([
          ["Budget", `what pays for ${CS.number(budget[number])} full-time people`],
          ["Knows", gives.length ? make("span", {}, gives.map((g) => this.link("coalition", g.serial, `${run.coalition(g.serial)}${g.amount ? `: ${CS.number(g.amount)} full-time people` : ""}`))) : "no coalition"],
        ]),
        ...this.story(run, events, month, ""),
      ];
    }

    field(run, month) {
      const frame = run.frame(month), most = [...frame.coalitions.values()].sort((a, b) => b.members.length - a.members.length);
      const big = new Set(["launches", "forms", "succeeds", "ends", "turns", "grant"]);
      const events = run.frames.slice(0, month + 1).flatMap((of) => of.events).filter((event) => big.has(event.kind));
      return [
        make("h3", {}, "What happens"),
        make("p", { class: "quiet" }, "Click anything in the picture, or one of these, to see its story."),
        most.length ? make("ul", { class: "running" }, most.slice(0, 12).map((c) => make("li", {},
          make("span", { class: `key slot-fill-${run.coalitions[c.serial].slot}` }), this.link("coalition", c.serial, run.coalition(c.serial)),
          make("small", {}, ` ${c.members.length} members, progress ${CS.percent(c.progress)}`)))) : null,
        this.facts([
          ["Issues", make("span", {}, run.header.issues.slice(0, 12).map((_, q) => this.link("issue", q, run.issue(q))))],
          run.header.funders.names.length ? ["Funders", make("span", {}, run.header.funders.names.slice(0, 12).map((name, f) => this.link("funder", f, name)))] : null]),
        ...this.story(run, events, month, ""),
      ].filter(Boolean);
    }
  }

  /** A run that is watched: space, time, charts, card. */
  class Stage {
    constructor({ charts = true, active = () => true } = {}) {
      this.clock = new Clock();
      this.run = null;
      this.selected = null;
      this.space = new CS.Space((selected) => this.pick(selected), "The issue space");
      this.transport = new Transport(this.clock, false);
      this.card = new Card(this.clock, (selected) => this.pick(selected));
      this.find = make("input", { type: "search", list: CS.id("who"), placeholder: "Find an organization", "aria-label": "Find an organization", onchange: () => this.search() });
      this.who = make("datalist", { id: this.find.getAttribute("list") });
      this.lookBox = make("div", { class: "look" });
      this.charts = charts ? [
        new CS.Line("Coalitions running", this.clock), new CS.Line("Organizations that are members", this.clock),
        new CS.Line("Need left, mean of issues", this.clock, 1), new CS.Line("Trust, mean of coalitions", this.clock, 1)] : [];
      this.names = ["coalitions", "members", "need", "trust"];
      this.chartBox = make("div", { class: "charts" }, this.charts.map((chart) => chart.element));
      this.clock.listeners.add(() => this.tick());
      CS.onScheme(() => this.tick());
      CS.keys(this.clock, active);
    }

    /** Watch another run from now on, in the same month. */
    watch(run) {
      const other = !this.run || this.run.dimensions !== run.dimensions;
      this.run = run;
      // What there is in the field is there in another run of it too; coalitions are others.
      const there = { organization: run.count, issue: run.header.issues.length, funder: run.header.funders.names.length };
      if (this.selected && !(this.selected.number < (there[this.selected.kind] || 0))) this.selected = null;
      if (other) {
        this.space.axes = [0, Math.min(1, run.dimensions - 1)];
        this.look();
      }
      this.who.replaceChildren(...run.header.organizations.names.slice(0, 2000).map((name) => make("option", { value: name })));
      this.grown();
    }

    /** Choices of what is shown of the space. */
    look() {
      const D = this.run.dimensions, axes = Array.from({ length: D }, (_, k) => [k, `axis ${k + 1}`]);
      const axis = (which, label) => choice(label, axes, this.space.axes[which], (value) => { this.space.axes[which] = Number(value); this.tick(); });
      this.lookBox.replaceChildren(
        this.transport.speed,
        ...(D > 2 ? [axis(0, "Across"), axis(1, "Up")] : []),
        choice("Memberships", [["auto", "as they fit"], ["both", "links and hulls"], ["links", "links"], ["hulls", "hulls"]], this.space.memberships, (value) => { this.space.memberships = value; this.tick(); }),
        this.find, this.who);
    }

    grown() {
      if (!this.run.months) return;
      this.charts.forEach((chart, k) => chart.draw([this.run], this.names[k]));
      this.clock.reach(this.run.months, this.run.header.months);
    }

    search() {
      const number = this.run.header.organizations.names.indexOf(this.find.value);
      if (number >= 0) this.pick({ kind: "organization", number });
    }

    pick(selected) {
      this.selected = selected;
      this.tick();
    }

    tick() {
      const { run, clock, space } = this;
      if (!run || !run.months) return;
      space.selected = this.selected;
      space.canvas.setAttribute("aria-label", this.said());
      space.show(run, clock.month);
      this.charts.forEach((chart) => chart.tick());
      this.card.show(run, this.selected);
    }

    /** The month in words, for those who cannot see it. */
    said() {
      return CS.said(this.run, this.clock.whole);
    }
  }

  /** A month of a run in words. */
  CS.said = (run, month) => {
    const frame = run.frame(month);
    return `Month ${month}: ${run.count} organizations, ${frame.memberships.size} of them members of ${frame.coalitions.size} coalitions; `
      + `mean need ${CS.percent(run.series.need[frame.month])}${run.windows[frame.month] ? "; a window of opportunity is open" : ""}.`;
  };

  CS.key = () => make("p", { class: "key-line" }, ...[["free", "●", "organizations: the nearer two stand, the more alike are their aims (it is no map of places)"], ["ink", "◆", "goals of coalitions"], ["issue", "◔", "issues and their need"], ["funder", "▲", "funders"]]
    .map(([colour, sign, text]) => make("span", {}, make("b", { style: `color:var(--${colour})`, "aria-hidden": "true" }, sign), ` ${text}`)));

  CS.legend = () => make("details", { class: "legend" }, make("summary", {}, "What the picture shows"), make("ul", {},
    ...[["●", "an organization, as large as its capacity: filled if it is a member, in the colours of its coalitions; otherwise the darker, the readier"],
      ["◌", "a dashed ring: it is researching a launch"],
      ["◆", "the goal of a coalition, with links to its members and a hull around them; hollow until it is formed; the arc is its progress"],
      ["★", "the coalition of the planned initiative"],
      ["◔", "an issue; the filled part is its need"],
      ["▲", "a funder; dashed lines are its grants, as wide as they are large"]].map(([sign, text]) => make("li", {}, make("b", {}, sign), text)),
    make("li", {}, make("b", {}, "▮"), "in the charts: a green band is an open window of opportunity, a brown one a recession; what is pale comes later in the run"),
    make("li", {}, make("b", {}, "⌨"), "space plays and pauses, arrows step, Home and End jump, + and − change the speed")));

  Object.assign(CS, { Clock, Transport, Card, Stage });
})();
