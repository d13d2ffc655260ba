/* The tab Compare: two worlds with the same luck that differ in one lever, and the paired difference over replicates. */
"use strict";
window.CS = window.CS || {};

(() => {
  const { make, choice } = CS;

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
    const sliders = make("div", { class: "form" }), result = make("section", { class: "panel", "aria-live": "polite" }), state = make("span", { class: "quiet", role: "status" });
    const many = make("input", { type: "number", id: CS.id("many"), min: 2, max: 2000, step: 1, value: 200 });

    const tick = () => {
      for (const world of worlds) {
        if (!world.run || !world.run.months) continue;
        world.space.selected = world.selected;
        world.space.show(world.run, Math.min(clock.month, world.run.months - 1));
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
        return make("div", { class: "field", style: "width:17rem" }, box);
      };
      sliders.replaceChildren(
        choice("Lever", all.map((one) => [one.name, one.label]), lever.name, (name) => { take(name); soon(); }),
        at("World A", from, (value) => { from = value; soon(); }), at("World B", to, (value) => { to = value; soon(); }));
    };

    const load = async () => {
      if (going) going.abort();
      const mine = (going = new AbortController()), signal = mine.signal;
      CS.say("");
      if (from === to) { CS.say("Both worlds have the same value; move one of the sliders."); return; }
      const values = [from, to].map((value) => ({ ...shared.values, [lever.name]: value }));
      const of = `${lever.label} ${CS.value(lever, from)}`, against = CS.value(lever, to);
      worlds[0].title.textContent = `World A: ${of}`;
      worlds[1].title.textContent = `World B: ${lever.label} ${against}`;
      found = { values: {}, last: null, of, against };
      result.replaceChildren(make("p", { class: "quiet" }, "The difference follows …"));
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
      await CS.listen("compare", { a: values[0], b: values[1], replicates: Math.round(Number(many.value)) }, (said) => {
        for (const [name, list] of Object.entries(said.differences)) (found.values[name] = found.values[name] || []).push(...list);
        found.last = said;
        difference();
      }, signal);
    };
    const soon = CS.later(load, 350);

    const difference = () => {
      if (!found || !found.last) return;
      const about = start.outcomes.find((one) => one.name === outcome), { mean, half, n, worlds: [a, b] } = found.last.outcomes[outcome], { done, of } = found.last;
      const low = half === null ? null : mean - half, high = half === null ? null : mean + half, unit = about.unit === "-" || about.unit === "1" ? "" : ` (${about.unit})`;
      const verdict = low === null ? "" : low > 0 ? `World B has more: the interval excludes 0.` : high < 0 ? `World B has less: the interval excludes 0.` : "The interval includes 0: no difference is shown so far.";
      result.replaceChildren(
        make("h2", {}, `What the lever does to ${about.label}, over ${done} replicates`),
        make("div", { class: "form" }, choice("Outcome", start.outcomes.map((one) => [one.name, one.label]), outcome, (name) => { outcome = name; difference(); })),
        make("p", { class: "first" }, mean === null ? "The outcome has no value in any pair of runs." : `World A ${CS.number(a)}, world B ${CS.number(b)}: a difference of ${CS.signed(mean)}${unit}`
          + (low === null ? "." : `, 95 % interval ${CS.signed(low)} to ${CS.signed(high)}. ${verdict}`)),
        CS.differences(found.values[outcome], mean, low, high, `Paired differences of ${about.label} in ${n} replicates, mean ${CS.signed(mean || 0)}`),
        ...(done < of ? [make("progress", { max: of, value: done, "aria-label": "Replicates simulated" })] : []),
        make("p", { class: "quiet" }, `${about.meaning} Across: how much more of it world B has than world A; each column counts the replicates with that difference. The dot below is the mean, its line the 95 % interval. `
          + `Both worlds meet the same field, shocks and chances in each replicate. ${done - n ? `${done - n} replicates without a value are left out.` : ""}`));
    };

    const panel = make("div", {},
      make("div", { class: "head" }, make("h2", {}, "Two worlds with the same luck that differ in one lever"),
        make("p", { class: "quiet" }, "Levers moved in Watch hold in both.")),
      sliders,
      make("div", { class: "form" }, make("span", { class: "choice" }, make("label", { for: many.id }, "Replicates"), many), make("button", { type: "button", class: "main", onclick: load }, "Compare"), state),
      make("div", { class: "worlds" }, worlds.map((world) => world.element)),
      transport.element,
      make("div", { class: "charts four" }, charts.map((chart) => chart.element)),
      make("div", { class: "worlds" }, worlds.map((world) => world.card.element)),
      result);
    let begun = false;
    return { panel, shown: () => { worlds.forEach((world) => world.space.resize()); if (!begun) { begun = true; take(lever.name); load(); } }, clock };
  };
})();
