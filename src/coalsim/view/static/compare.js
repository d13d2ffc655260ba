/* The tab Compare: two worlds with the same luck that differ in one lever, and the paired difference over replicates. */
"use strict";
window.CS = window.CS || {};

(() => {
  const { make, choice } = CS;

  const many = (value) => CS.number(Number(Math.abs(value).toPrecision(2)));

  /** An amount of an outcome in words: "12 more problems are solved in 100 runs"; shares are points of 100. */
  const amount = (about, value, less) => {
    const share = about.unit === "share", month = about.unit === "month", size = share ? 100 * value : value;
    if (about.things) return `${many(less ? 100 * value : value)} ${value < 0 ? "fewer" : "more"}`;
    if (month) return `${many(value)} months ${value < 0 ? "earlier" : "later"}`;
    return `${many(size)}${share ? " points of 100" : ""} ${value < 0 ? "lower" : "higher"}`;
  };

  /** What a comparison shows, in one sentence; or that it does not show it. */
  CS.differs = (about, { label, of, against }, mean, low, high, n) => {
    if (mean === null) return "This has no value in any pair of runs.";
    const name = label[0].toLowerCase() + label.slice(1), change = `With “${name}” ${against} instead of ${of}`;
    const what = about.things ? `whether ${about.things.replace(/^(\S+) /, "more or fewer $1 ")}` : `whether ${about.thing} differs`;
    if (low === null) return `${change}, one pair of runs is too few to say anything.`;
    if (mean === 0 && low === high) return `${change}, nothing of this differs in any of ${n} pairs of runs.`;
    const few = about.things && Math.max(Math.abs(low), Math.abs(high)) < 10, per = few ? "in 100 runs" : "in each run";
    const size = (value) => amount(about, value, few);
    if (low <= 0 && high >= 0) return `${change}, it is not clear ${what}: ${n} pairs of runs allow for anything between ${size(low)} and ${size(high)}${about.things ? ` ${per}` : ""}. More replicates would narrow that down.`;
    const between = `(between ${many(few ? 100 * (mean < 0 ? high : low) : points(about, mean < 0 ? high : low))} and ${many(few ? 100 * (mean < 0 ? low : high) : points(about, mean < 0 ? low : high))})`;
    return about.things ? `${change}, ${size(mean)} ${about.things} ${per} ${between}.` : `${change}, ${about.thing} is ${size(mean)} ${between}.`;
  };
  const points = (about, value) => (about.unit === "share" ? 100 * value : value);

  CS.compare = (start, shared) => {
    const clock = new CS.Clock(), transport = new CS.Transport(clock);
    const worlds = ["a", "b"].map((key) => {
      const world = { key, run: null, title: make("h3", {}), selected: null };
      world.space = new CS.Space((selected) => { world.selected = selected; tick(); }, `World ${key.toUpperCase()}`);
      world.card = new CS.Card(clock, (selected) => { world.selected = selected; tick(); });
      world.element = make("div", { class: key }, world.title, world.space.element);
      return world;
    });
    const charts = ["Coalitions running", "Organizations that are members", "Need left, mean of issues", "Trust, mean of coalitions"].map((title, k) => new CS.Line(title, clock, k > 1 ? 1 : null));
    const names = ["coalitions", "members", "need", "trust"];
    const all = start.levers.flatMap((group) => group.levers).filter((lever) => !["organizations", "issues", "funders"].includes(lever.name));
    let lever = all.find((one) => one.name === "openness") || all[0], from = null, to = null, going = null, outcome = start.outcomes[0].name, found = null;
    const sliders = make("div", { class: "form" }), result = make("section", { class: "panel" }), state = make("span", { class: "quiet", role: "status" });
    const count = make("input", { type: "number", id: CS.id("many"), min: 2, max: 2000, step: 1, value: 200 });

    const tick = () => {
      for (const world of worlds) {
        if (!world.run || !world.run.months) continue;
        world.space.selected = world.selected;
        world.space.show(world.run, Math.min(clock.month, world.run.months - 1));
        world.space.canvas.setAttribute("aria-label", `World ${world.key.toUpperCase()}. ${CS.said(world.run, Math.min(clock.whole, world.run.months - 1))}`);
        world.card.show(world.run, world.selected);
        world.card.element.hidden = !world.selected;
      }
      charts.forEach((chart) => chart.tick());
    };
    clock.listeners.add(tick);
    CS.onScheme(tick);
    CS.keys(clock, () => !panel.hidden);

    const present = () => (lever.name in shared.values ? shared.values[lever.name] : lever.value);
    const take = (name) => {
      lever = all.find((one) => one.name === name);
      from = present() === null ? lever.high : present();
      const far = from - lever.low > lever.high - from ? lever.low : lever.high;
      to = lever.whole ? Math.round((from + far) / 2) : Number(((from + far) / 2).toPrecision(3));
      if (to === from) to = far;
      show();
    };
    const show = () => {
      const at = (label, value, set) => {
        const box = CS.slider({ ...lever, label: `${label}: ${lever.label}`, value }, set);
        return make("div", { class: "field one-lever" }, box);
      };
      sliders.replaceChildren(
        choice("What differs", all.map((one) => [one.name, one.label]), lever.name, (name) => { take(name); soon(); }),
        at("World A", from, (value) => { from = value; soon(); }), at("World B", to, (value) => { to = value; soon(); }));
    };

    const load = async () => {
      if (going) going.abort();
      const mine = (going = new AbortController()), signal = mine.signal;
      CS.say("");
      if (from === to) { CS.say("Both worlds have the same value; move one of the sliders."); return; }
      const values = [from, to].map((value) => ({ ...shared.values, [lever.name]: value }));
      const of = CS.value(lever, from), against = CS.value(lever, to);
      worlds[0].title.textContent = `World A: ${lever.label} ${of}`;
      worlds[1].title.textContent = `World B: ${lever.label} ${against}`;
      found = { values: {}, last: null, of, against, label: lever.label };
      said.textContent = "The difference follows …";
      numbers.replaceChildren();
      const grew = () => {
        const runs = worlds.map((world) => world.run).filter(Boolean);
        charts.forEach((chart, k) => chart.draw(runs, names[k]));
        clock.reach(Math.min(...runs.map((run) => run.months)), runs[0].header.months);
      };
      state.textContent = "simulating both worlds …";
      const fresh = [];
      for (const [k, world] of worlds.entries()) {
        await CS.simulate({ values: values[k], replicate: shared.replicate }, (run) => { fresh[k] = run; }, () => {}, signal);
        if (signal.aborted) return;
        if (!fresh[k]) { state.textContent = ""; return; }
        world.selected = null;
      }
      worlds.forEach((world, k) => { world.run = fresh[k]; world.space.axes = [0, Math.min(1, fresh[k].dimensions - 1)]; });
      grew();
      state.textContent = "";
      await CS.listen("compare", { a: values[0], b: values[1], replicates: Math.round(Number(count.value)) }, (heard) => {
        for (const [name, list] of Object.entries(heard.differences)) (found.values[name] = found.values[name] || []).push(...list);
        found.last = heard;
        difference();
      }, signal);
    };
    const soon = CS.later(load, 350);

    const difference = () => {
      if (!found || !found.last) return;
      const about = start.outcomes.find((one) => one.name === outcome), { mean, low, high, n, worlds: [a, b] } = found.last.outcomes[outcome], { done, of } = found.last;
      const unit = ["-", "1"].includes(about.unit) ? "" : ` (${about.unit})`;
      said.textContent = `${done < of ? "So far: " : ""}${CS.differs(about, found, mean, low, high, n)}`;
      numbers.replaceChildren(
        CS.differences(found.values[outcome], mean, low, high, `Paired differences of ${about.label} in ${n} replicates, mean ${CS.signed(mean || 0)}`),
        ...(done < of ? [make("progress", { max: of, value: done, "aria-label": "Replicates simulated" })] : []),
        make("p", { class: "quiet" }, "Across: how much more of it world B has than world A; each column counts the replicates with that difference, so one replicate in which much happens lies far out. The dot below is the mean, its line the range in which it may well lie (95 % interval)."),
        make("p", { class: "quiet" }, mean === null ? "" : `${about.label}, over ${done} replicates: world A ${CS.number(a)}, world B ${CS.number(b)}, difference ${CS.signed(mean)}${unit}${low === null ? "" : `, 95 % interval ${CS.signed(low)} to ${CS.signed(high)}`}. `,
          `${about.meaning} ${done - n ? `${done - n} replicates without a value are left out.` : ""}`));
    };
    const said = make("p", { class: "first conclusion", role: "status" }), numbers = make("div", {});
    const look = choice("Look at", start.outcomes.map((one) => [one.name, one.label]), outcome, (name) => { outcome = name; difference(); });
    result.append(make("h2", {}, "How pairs of runs differ"), numbers);

    const panel = make("div", {},
      make("div", { class: "head" }, make("h2", {}, "What would be otherwise if one thing were otherwise?"),
        make("p", { class: "quiet" }, "Two worlds with the same organizations and the same luck differ in one lever. The sentence in the middle says what that changes over many runs; the pictures show one of them. Levers moved in Watch hold in both.")),
      sliders,
      make("div", { class: "form" }, make("span", { class: "choice" }, make("label", { for: count.id }, "Replicates"), count), make("button", { type: "button", class: "main", onclick: load }, "Compare"), look, state),
      said,
      make("div", { class: "worlds" }, worlds.map((world) => world.element)),
      transport.element,
      make("div", { class: "charts four" }, charts.map((chart) => chart.element)),
      make("div", { class: "worlds" }, worlds.map((world) => world.card.element)),
      result);
    let begun = false;
    return { panel, shown: () => { worlds.forEach((world) => world.space.resize()); if (!begun) { begun = true; take(lever.name); load(); } }, clock };
  };
})();
