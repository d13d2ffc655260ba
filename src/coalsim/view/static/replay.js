/* A replay: one run inside the page itself. */
"use strict";
(() => {
  const { make } = CS, data = JSON.parse(document.getElementById("recording").textContent), run = CS.Run.of(data);
  const stage = new CS.Stage();
  CS.stage = stage;
  const changed = Object.entries(data.header.changed);
  const about = make("p", { class: "quiet" }, `${run.count} organizations, ${run.header.issues.length} issues, ${run.header.funders.names.length} funders, ${run.header.months} months. `,
    changed.length ? `Parameters that differ from the defaults: ${changed.map(([name, value]) => `${name} = ${Array.isArray(value) ? value.join(", ") : value}`).join("; ")}.` : "All parameters are the defaults.");
  const luck = data.header.luck;
  if (luck) about.append(` Replicate ${luck.replicate} of seed ${luck.seed}${luck.why ? ` is ${luck.why}` : ""}.`);
  document.querySelector("main").append(
    make("header", { class: "head" }, make("h1", {}, data.header.title || "A run"), about),
    make("div", { class: "watch replay" },
      make("div", { class: "scene" }, CS.key(), stage.space.element, stage.transport.element, stage.lookBox, CS.legend()),
      make("div", { class: "side" }, stage.chartBox, stage.card.element)));
  stage.watch(run);
})();
