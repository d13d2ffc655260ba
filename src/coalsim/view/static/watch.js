/* The tab Watch. */
"use strict";
window.CS = window.CS || {};

(() => {
  const { make } = CS;

  /** Have a run simulated and appended to as its months come. `began(run)`, `grew(run)` are called; `signal` ends it. */
  CS.simulate = async (body, began, grew, signal) => {
    let run = null;
    return CS.listen("run", body, (said) => {
      if (said.header) { run = new CS.Run(said.header); return; }
      const first = !run.months;
      run.append(said.chunk);
      if (first) began(run);
      else grew(run);
    }, signal);
  };

  CS.watch = (start, shared) => {
    const stage = new CS.Stage({ active: () => !panel.hidden });
    CS.stage = stage;
    const values = shared.values, all = () => ({ ...values, ...shared.plan });
    const planned = make("span", { class: "chip", hidden: true }, "★ with the initiative of Advise ", make("button", { type: "button", class: "undo", "aria-label": "Without the initiative", onclick: () => { shared.plan = {}; load(); } }, "×"));
    let going = null;
    const about = make("summary"), reason = make("p", { class: "quiet" }), chosen = make("details", { class: "chosen" }, about, reason);
    const luck = make("input", { type: "number", id: CS.id("replicate"), min: 0, step: 1, value: start.replicate, onchange: () => { shared.replicate = Math.max(0, Math.round(Number(luck.value) || 0)); load(); } });
    const state = make("span", { class: "quiet", role: "status" });

    const load = async () => {
      if (going) going.abort();
      const mine = (going = new AbortController());
      const before = values.burn_in ?? start.before;
      state.textContent = before ? `simulating … first the ${before} months before month 0` : "simulating …";
      const first = shared.replicate === start.replicate;
      luck.value = shared.replicate;
      back.hidden = first;
      const [what, ...how] = (first ? start.why : "one that you chose").split(": ");
      about.textContent = `One of many possible runs: replicate ${shared.replicate} is ${what}`;
      reason.textContent = "A replicate is one simulated future of the field, with its own luck. " + (how.length ? `How it was chosen: ${how.join(": ")}.` : `Replicate ${start.replicate}, which the page began with, is ${start.why}.`);
      planned.hidden = !Object.keys(shared.plan).length;
      CS.say("");
      const grew = () => { stage.grown(); state.textContent = stage.run.whole ? "" : `simulating … ${stage.run.months} of ${stage.run.header.months} months`; };
      const done = await CS.simulate({ values: all(), replicate: shared.replicate }, (run) => { stage.watch(run); grew(); }, grew, mine.signal);
      if (mine === going) { state.textContent = done ? "" : "not simulated"; going = null; }
    };
    const soon = CS.later(load, 220);
    const back = make("button", { type: "button", onclick: () => { shared.replicate = start.replicate; load(); } }, "The first one again");
    const save = async () => {
      const answer = await CS.ask("export", { values: all(), replicate: shared.replicate });
      if (answer) CS.download("replay.html", answer.html);
    };
    const panel = make("div", {},
      make("div", { class: "watch" },
        CS.levers(start.levers, values, soon),
        make("div", { class: "scene" }, chosen, CS.key(), stage.space.element, stage.transport.element, stage.lookBox,
          make("div", { class: "look" },
            make("span", { class: "choice" }, make("label", { for: luck.id }, "Replicate no."), luck),
            make("button", { type: "button", onclick: () => { shared.replicate++; load(); } }, "Another replicate"), back,
            make("button", { type: "button", onclick: save }, "Save as replay"), planned, state),
          CS.legend()),
        make("div", { class: "side" }, stage.chartBox, stage.card.element)));
    load();
    return { panel, shown: () => stage.space.resize(), reload: load };
  };
})();
