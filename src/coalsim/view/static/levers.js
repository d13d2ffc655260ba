/* Levers: sliders with unit and plausible range, in the order of the five pieces of advice. */
"use strict";
window.CS = window.CS || {};

(() => {
  const { make } = CS;
  const NEVER = 1000000;

  /** A unit beside a number: months, organizations; units that are no plain word stay. */
  CS.unit = (unit, value) => (/^(month|organization|issue|funder|dimension|goal|draw)$/.test(unit) && value !== 1 ? `${unit}s` : unit);
  CS.value = (lever, value) => (value === null || value >= NEVER ? "never" : `${CS.number(value)}${lever.unit ? ` ${CS.unit(lever.unit, value)}` : ""}`);

  /** One slider. `changed(value)` is called while it moves. */
  CS.slider = (lever, changed, value = lever.value) => {
    const id = CS.id(lever.name), output = make("output", { for: id }, CS.value(lever, value));
    const range = make("input", {
      type: "range", id, name: lever.name, min: lever.low, max: lever.high, step: lever.step, "aria-describedby": `${id}-why`, "aria-valuetext": CS.value(lever, value),
    });
    range.value = value === null ? lever.high : value;
    const box = make("div", { class: "lever" },
      make("div", { class: "line" }, make("label", { for: id }, lever.label),
        make("span", {}, make("button", { type: "button", class: "undo", title: "Back to the start", "aria-label": `${lever.label} back to the start`, onclick: () => box.set(lever.value, true) }, "↺"), output)),
      range,
      make("p", { class: "why", id: `${id}-why` }, `${lever.meaning} ${CS.number(lever.low)} to ${CS.number(lever.high)} is plausible. In tables: `, make("code", {}, lever.name)));
    box.set = (now, tell) => {
      if (now !== null) range.value = now;
      output.textContent = CS.value(lever, now);
      range.setAttribute("aria-valuetext", output.textContent);
      box.classList.toggle("moved", now !== lever.value);
      if (tell) changed(now);
    };
    range.addEventListener("input", () => {
      const now = lever.whole ? Math.round(Number(range.value)) : Number(Number(range.value).toPrecision(8));
      box.set(now, true);
    });
    return box;
  };

  /** All levers; `values` holds those that were moved. */
  CS.levers = (groups, values, changed) => {
    const undo = make("button", { type: "button", hidden: true, onclick: () => { for (const name of Object.keys(values)) delete values[name]; all.forEach(([lever, box]) => box.set(lever.value)); show(); changed(); } }, "All levers back");
    const all = [];
    const show = () => { undo.hidden = !Object.keys(values).length; };
    const element = make("section", { class: "levers", "aria-label": "Levers" }, make("h2", {}, "Levers"), undo,
      groups.map((group, k) => make("details", { open: k === 0 }, make("summary", {}, group.title), group.levers.map((lever) => {
        const box = CS.slider(lever, (value) => {
          if (value === lever.value) delete values[lever.name];
          else values[lever.name] = value;
          show();
          changed();
        });
        all.push([lever, box]);
        return box;
      }))));
    return element;
  };
})();
