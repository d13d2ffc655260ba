/* The page: tabs, and what they share. */
"use strict";

(() => {
  const { make } = CS;
  const TABS = [["watch", "Watch", CS.watch], ["compare", "Compare", CS.compare], ["field", "My field", CS.field], ["advise", "Advise", CS.advise], ["sweeps", "Sweeps", CS.sweeps]];
  const main = document.querySelector("main"), bar = document.getElementById("tabs");
  const shared = { values: {}, plan: {}, replicate: 0, restart, select };
  let open = {};

  async function restart(name) {
    const start = await CS.ask("start");
    if (!start) return;
    document.getElementById("title").textContent = start.title;
    document.title = `${start.title} – coalsim`;
    shared.values = {};
    shared.plan = {};
    shared.replicate = start.replicate;
    if (CS.stage) CS.stage.clock.pause();
    const kept = open.field;
    for (const [key, tab] of Object.entries(open)) if (key !== "field") tab.panel.remove();
    open = { ...(kept ? { field: kept } : {}) };
    shared.start = start;
    select(name);
  }

  /** Show a tab; it is built when it is first shown. */
  function select(name) {
    if (!TABS.some(([key]) => key === name)) name = "watch";
    CS.say("");
    for (const [key, , build] of TABS) {
      const tab = document.getElementById(`tab-${key}`), on = key === name;
      tab.setAttribute("aria-selected", on);
      tab.tabIndex = on ? 0 : -1;
      if (on && !open[key]) {
        open[key] = build(shared.start, shared);
        Object.entries({ id: `panel-${key}`, role: "tabpanel", "aria-labelledby": `tab-${key}` }).forEach(([k, v]) => open[key].panel.setAttribute(k, v));
        main.append(open[key].panel);
      }
      if (open[key]) open[key].panel.hidden = !on;
    }
    if (location.hash !== `#${name}`) history.replaceState(null, "", `#${name}`);
    open[name].shown();
  }

  TABS.forEach(([key, label], k) => bar.append(make("button", {
    type: "button", role: "tab", id: `tab-${key}`, "aria-controls": `panel-${key}`,
    onclick: () => select(key),
    onkeydown: (event) => {
      const to = { ArrowRight: k + 1, ArrowLeft: k - 1, Home: 0, End: TABS.length - 1 }[event.key];
      if (to === undefined) return;
      const [next] = TABS[(to + TABS.length) % TABS.length];
      select(next);
      document.getElementById(`tab-${next}`).focus();
      event.preventDefault();
    },
  }, label)));
  window.addEventListener("hashchange", () => select(location.hash.slice(1)));

  const scheme = document.getElementById("scheme"), root = document.documentElement;
  const dark = () => (root.dataset.scheme ? root.dataset.scheme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches);
  const label = () => { scheme.textContent = dark() ? "Light" : "Dark"; };
  scheme.addEventListener("click", () => { root.dataset.scheme = dark() ? "light" : "dark"; label(); document.dispatchEvent(new Event("coalsim-scheme")); });
  label();
  CS.tab = (name) => open[name];
  restart(location.hash.slice(1) || "watch");
})();
