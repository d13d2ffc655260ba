/* The tab Sweeps: a results folder, finished or running. */
"use strict";
window.CS = window.CS || {};

(() => {
  const { make, choice, svg } = CS;

  /** Means of levels with intervals, a panel a factor. */
  const levels = ({ factor, points, numbers }, outcome) => {
    const known = points.filter((p) => p.value !== null);
    if (!known.length) return null;
    const W = 300, H = 150, left = 48, right = 10, top = 8, below = 34;
    const ends = known.flatMap((p) => [p.low ?? p.value, p.high ?? p.value]), low = Math.min(...ends), high = Math.max(...ends), pad = (high - low || Math.abs(high) || 1) * 0.08;
    const y = (v) => H - below - ((v - low + pad) / (high - low + 2 * pad)) * (H - top - below), x = (k) => left + ((k + 0.5) / points.length) * (W - left - right);
    const parts = CS.ticks(low - pad, high + pad, 3).flatMap((tick) => [svg("line", { class: "grid", x1: left, x2: W - right, y1: y(tick), y2: y(tick) }), svg("text", { x: left - 5, y: y(tick) + 4, "text-anchor": "end" }, CS.number(tick))]);
    if (numbers) parts.push(svg("polyline", { class: "trace ahead", points: points.map((p, k) => (p.value === null ? "" : `${x(k)},${y(p.value)}`)).join(" ") }));
    const every = Math.ceil(points.length / 6);
    points.forEach((p, k) => {
      if (k % every === 0) parts.push(svg("text", { x: x(k), y: H - 18, "text-anchor": "middle" }, p.label.length > 11 ? `${p.label.slice(0, 10)}…` : p.label, svg("title", {}, p.label)));
      if (p.value === null) return;
      if (p.low !== null) parts.push(svg("line", { class: "bar open", x1: x(k), x2: x(k), y1: y(p.low), y2: y(p.high) }));
      parts.push(svg("circle", { class: "count", style: "opacity:1", cx: x(k), cy: y(p.value), r: 4 }, svg("title", {}, `${p.label}: ${CS.number(p.value)} (${CS.number(p.low)} to ${CS.number(p.high)})`)));
    });
    parts.push(svg("text", { x: (left + W - right) / 2, y: H - 3, "text-anchor": "middle", class: "name" }, factor));
    return make("figure", { class: "line-chart" }, svg("svg", { viewBox: `0 0 ${W} ${H}`, class: "chart", role: "img", "aria-label": `Mean ${outcome} by ${factor}: ${known.map((p) => `${p.label}: ${CS.number(p.value)}`).join("; ")}` }, parts));
  };

  CS.sweeps = (start) => {
    const wanted = { folder: "", outcome: start.outcomes[0].name, across: "", up: "", where: {} };
    let timer = 0;
    const list = make("datalist", { id: CS.id("folders") });
    const folder = make("input", { type: "text", id: CS.id("folder"), list: list.id, placeholder: "folder of a sweep", style: "min-width:min(18rem, 100%)", onchange: () => open() });
    const known = make("div", {}), result = make("div", { "aria-live": "polite" });

    const open = () => { Object.assign(wanted, { folder: folder.value.trim(), across: "", up: "", where: {} }); load(); };
    const load = async () => {
      clearTimeout(timer);
      if (!wanted.folder) return;
      result.setAttribute("aria-busy", "true");
      const said = await CS.ask("sweep", wanted);
      result.removeAttribute("aria-busy");
      if (!said) return;
      show(said);
      if (said.running) timer = setTimeout(() => { if (!panel.hidden) load(); }, 5000);
    };

    const show = (said) => {
      const [done, of] = said.runs, filters = said.factors.map((factor) => choice(factor.label, [["", "all"], ...factor.levels.map((level) => [level, level])], wanted.where[factor.name] || "", (level) => {
        if (level) wanted.where[factor.name] = level; else delete wanted.where[factor.name];
        load();
      }));
      const parts = [
        make("section", { class: "panel" }, make("h2", {}, said.name), said.lines.map((line) => make("p", { class: "quiet" }, line)), done < of ? make("progress", { max: of, value: done, "aria-label": "Runs done" }) : null),
        make("div", { class: "form" }, choice("Outcome", start.outcomes.map((one) => [one.name, one.label]), wanted.outcome, (name) => { wanted.outcome = name; load(); }), make("b", {}, "Only"), filters),
      ];
      if (!said.levels) parts.push(make("p", {}, "No run is done yet."));
      else {
        parts.push(make("p", { class: "quiet" }, `${said.scenarios[0].toLocaleString("en")} of ${said.scenarios[1].toLocaleString("en")} scenarios are shown. ${start.outcomes.find((one) => one.name === wanted.outcome).meaning}`));
        parts.push(make("h2", {}, `Main effects: mean ${said.outcome.label} by level, over all other factors`), make("div", { class: "charts four" }, said.levels.map((of_) => levels(of_, said.outcome.label))));
        if (said.effects.length) parts.push(make("h2", {}, "Paired effects, from the first level of each factor"), CS.forest(said.effects, `Effects of factors on ${said.outcome.label}`));
        if (said.heat) {
          const options = said.factors.map((factor) => [factor.name, factor.label]), { heat } = said;
          parts.push(make("h2", {}, `Mean ${said.outcome.label} by two factors`),
            make("div", { class: "form" }, choice("Across", options, heat.across, (name) => { wanted.across = name; if (name === wanted.up) wanted.up = ""; load(); }), choice("Up", options.filter(([name]) => name !== heat.across), heat.up, (name) => { wanted.up = name; load(); })),
            make("p", { class: "name" }, `↑ ${heat.yname}`), CS.heat(heat.xs, heat.ys, heat.cells, heat.xname, heat.yname, `Mean ${said.outcome.label} by ${heat.xname} and ${heat.yname}`));
        }
        if (said.survival) parts.push(make("h2", {}, `How long coalitions last${said.survival.by ? `, by ${said.survival.by}` : ""}: share still running`), CS.curves(said.survival.curves, "age in months", "Share of coalitions still running, by age in months"));
      }
      CS.refill(result, parts);
    };

    const panel = make("div", {}, make("div", { class: "head" }, make("h2", {}, "A sweep's results"), make("p", { class: "quiet" }, "A sweep simulates many scenarios that differ in some settings; somebody runs it on the command line (coalsim sweep). If nobody has, there is nothing to see here.")),
      make("div", { class: "form" }, make("div", { class: "field" }, make("label", { for: folder.id }, "Folder"), folder, list), make("button", { type: "button", class: "main", onclick: open }, "Open")), known, result);
    let looked = false;
    return {
      panel,
      shown: async () => {
        if (looked) return;
        looked = true;
        const said = await CS.ask("sweeps");
        if (!said) return;
        list.replaceChildren(...said.folders.map((path) => make("option", { value: path })));
        if (said.folders.length) known.replaceChildren(make("p", { class: "quiet" }, "Found here: ", said.folders.slice(0, 8).map((path) => make("button", { type: "button", class: "link", onclick: () => { folder.value = path; open(); } }, path))));
      },
    };
  };
})();
