/* The tab Advise: the initiative, how far it is, the ranking, the page to keep. */
"use strict";
window.CS = window.CS || {};

(() => {
  const { make, choice } = CS;

  CS.advise = (start, shared) => {
    const plan = start.initiative, values = {};
    let going = null;
    const fields = plan.fields.map((field) => {
      const id = CS.id(field.name), input = make("input", { type: "number", id, step: field.whole ? 1 : "any", value: field.value === null ? "" : field.value, placeholder: field.value === null ? "not set" : "" });
      input.addEventListener("change", () => {
        if (input.value === "") delete values[field.name];
        else values[field.name] = field.whole ? Math.round(Number(input.value)) : Number(input.value);
      });
      return make("div", { class: "field" }, make("label", { for: id }, field.label), input, make("small", { class: "quiet" }, `${CS.number(field.low)} to ${CS.number(field.high)} is ${field.plausible ? "plausible" : "possible"}`));
    });
    const who = choice("", [...plan.rules, ...plan.organizations], plan.convener, (value) => { values.focal_convener = value; });
    const convener = make("div", { class: "field" }, make("label", { for: who.select.id }, "who convenes it"), who.select);
    const few = make("input", { type: "number", id: CS.id("replicates"), min: 2, step: 1, placeholder: "usual" }), draws = make("input", { type: "number", id: CS.id("draws"), min: 2, step: 1, placeholder: "usual" });
    const go = make("button", { type: "button", class: "main", onclick: () => (going ? going.abort() : run()) }, "Ask for advice");
    const watch = make("button", { type: "button", onclick: () => {
      const launch = plan.fields.find((field) => field.name === "focal_launch_month"), research = plan.fields.find((field) => field.name === "focal_research_months");
      const month = launch.value === null ? Math.max(12, values.focal_research_months ?? research.value) : launch.value;
      shared.plan = { focal_launch_month: month, ...values };
      shared.select("watch");
      CS.tab("watch").reload();
    } }, "Watch this initiative");
    const bar = make("progress", { hidden: true, max: 1, value: 0, "aria-label": "Advice" }), state = make("p", { class: "quiet", role: "status" }), result = make("div", { "aria-live": "polite" });

    const run = async () => {
      going = new AbortController();
      go.textContent = "Stop";
      bar.hidden = false;
      bar.removeAttribute("value");
      state.textContent = "It begins …";
      result.replaceChildren();
      CS.say("");
      const whole = (input) => (input.value === "" ? null : Math.round(Number(input.value)));
      const done = await CS.listen("advise", { values: { ...shared.values, ...values }, replicates: whole(few), draws: whole(draws) }, (said) => {
        if (said.progress) {
          const { part, parts, about, done: runs, runs: of } = said.progress;
          bar.value = (part - 1 + (of ? runs / of : 0)) / parts;
          state.textContent = `Part ${part} of ${parts}, ${about}: ${runs.toLocaleString("en")} of ${of.toLocaleString("en")} runs.`;
        } else show(said.advice, said.page);
      }, going.signal);
      going = null;
      go.textContent = "Ask for advice";
      bar.hidden = true;
      state.textContent = done ? "" : "Stopped.";
    };

    const show = (advice, page) => {
      const more = advice.conclusions, reach = CS.reach([...advice.rows, ...advice.folded]);
      const whole = (value) => CS.signed(Math.round(value) || 0);
      const steps = (rows, about) => CS.forest(rows.map((row) => ({ ...row, text: row.verdict })), about, reach, whole);
      const table = (given) => make("details", { class: "more" }, make("summary", {}, given.heading), make("div", { class: "wide" }, make("table", {},
        make("thead", {}, make("tr", {}, given.heads.map((head) => make("th", { scope: "col" }, head)))), make("tbody", {}, given.rows.map((row) => make("tr", {}, row.map((cell) => make("td", {}, cell))))))));
      const list = (title, lines) => make("details", { class: "more" }, make("summary", {}, title), make("ul", {}, lines.map((line) => make("li", {}, line))));
      result.replaceChildren(
        make("section", { class: "panel" }, make("h2", {}, "What follows"), make("ul", { class: "first" }, advice.answer.map((line) => make("li", {}, line))),
          make("button", { type: "button", onclick: () => CS.download("advice.html", page) }, "Download this advice as a page")),
        make("h2", {}, advice.heading),
        make("p", { class: "quiet" }, "How many more runs of 100 succeed with a step, and the range in which that number may well lie. The line in the middle is no change: a bar that crosses it can mean either way."),
        steps(advice.rows, advice.heading),
        ...(advice.folded.length ? [make("details", { class: "more" }, make("summary", {}, advice.summary), steps(advice.folded, advice.summary))] : []),
        list("The initiative, and how it fares as planned", advice.situation), list("What it rests on", advice.caveats), make("h3", {}, "For those who know statistics"), list("What follows, in the words of the model", more), ...advice.tables.map(table),
        make("p", { class: "quiet" }, `It took ${advice.seconds} s.`));
    };

    const panel = make("div", {}, make("div", { class: "head" }, make("h2", {}, "What would raise the chance of my initiative?"),
      make("p", { class: "quiet" }, "Say below how the initiative is planned. Then each decision is changed by one step, up and down, all else as planned, in many simulated runs with the same luck, and you see which change makes more of them succeed. Levers moved in Watch hold here too.")),
    make("div", { class: "form" }, convener, fields),
    make("div", { class: "form" }, make("div", { class: "field" }, make("label", { for: few.id }, "runs for each step"), few, make("small", { class: "quiet" }, "more runs, surer answer; blank: as usual")), make("div", { class: "field" }, make("label", { for: draws.id }, "other settings of the model"), draws, make("small", { class: "quiet" }, "in how many the steps are tried again")), go, watch),
    bar, state, result);
    return { panel, shown: () => {} };
  };
})();
