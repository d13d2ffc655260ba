/* Charts: lines by month, intervals, cells, differences. SVG, in the page's colours. */
"use strict";
window.CS = window.CS || {};

(() => {
  const { svg } = CS;

  /** Round ticks from low to high. */
  CS.ticks = (low, high, count = 4) => {
    if (!(high > low)) return [low];
    const raw = (high - low) / count, size = 10 ** Math.floor(Math.log10(raw));
    const step = [1, 2, 5, 10].map((f) => f * size).find((s) => s >= raw * 0.999);
    const out = [];
    for (let k = Math.ceil(low / step - 1e-9); k * step <= high + step * 1e-9; k++) out.push(Number((k * step).toPrecision(12)));
    return out;
  };

  /** A chart of one column by month, of one world or two; what lies ahead of the present month is faint. */
  class Line {
    constructor(title, clock, fixed = null) {
      Object.assign(this, { title, clock, fixed, runs: [] });
      this.W = 300; this.H = 104;
      this.left = 36; this.right = 8; this.top = 8; this.bottom = 20;
      this.clip = CS.id("clip");
      this.svg = svg("svg", { viewBox: `0 0 ${this.W} ${this.H}`, class: "chart", role: "img" });
      this.value = CS.make("output", {});
      this.element = CS.make("figure", { class: "line-chart" }, CS.make("figcaption", {}, title, " ", this.value), this.svg);
      this.svg.addEventListener("pointerdown", (event) => {
        const box = this.svg.getBoundingClientRect(), x = ((event.clientX - box.left) / box.width) * this.W;
        clock.go(((x - this.left) / (this.W - this.left - this.right)) * (clock.end || 1));
      });
    }

    draw(runs, name) {
      this.runs = runs.filter(Boolean);
      this.name = name;
      const all = this.runs.flatMap((run) => run.series[name]).filter((v) => v !== null);
      const months = Math.max(1, ...this.runs.map((run) => run.header.months));
      this.months = months;
      const top = this.fixed !== null ? this.fixed : Math.max(1, ...all), y = (v) => this.H - this.bottom - (v / top) * (this.H - this.top - this.bottom);
      const x = (m) => this.left + (m / Math.max(1, months - 1)) * (this.W - this.left - this.right);
      this.x = x;
      const parts = [];
      const first = this.runs[0];
      if (first && this.runs.length === 1) for (const [on, cls] of [[first.windows, "band-window"], [first.recessions, "band-recession"]]) {
        for (let m = 0; m < on.length; m++) {
          if (!on[m]) continue;
          let end = m;
          while (on[end + 1]) end++;
          parts.push(svg("rect", { class: cls, x: x(m), y: this.top, width: Math.max(1, x(end + 1) - x(m)), height: this.H - this.top - this.bottom }));
          m = end;
        }
      }
      for (const tick of CS.ticks(0, top, 3)) {
        parts.push(svg("line", { class: "grid", x1: this.left, x2: this.W - this.right, y1: y(tick), y2: y(tick) }));
        parts.push(svg("text", { x: this.left - 5, y: y(tick) + 3.5, "text-anchor": "end" }, CS.number(tick)));
      }
      for (const tick of CS.ticks(0, months - 1, 4)) parts.push(svg("text", { x: x(tick), y: this.H - 6, "text-anchor": "middle" }, String(tick)));
      parts.push(svg("clipPath", { id: this.clip }, (this.past = svg("rect", { x: 0, y: 0, width: 0, height: this.H }))));
      this.runs.forEach((run, k) => {
        const d = path(run.series[name], x, y), cls = this.runs.length > 1 ? `world-${"ab"[k]}` : "world";
        parts.push(svg("path", { d, class: `trace ahead ${cls}` }), svg("path", { d, class: `trace ${cls}`, "clip-path": `url(#${this.clip})` }));
      });
      parts.push((this.cursor = svg("line", { class: "cursor", y1: this.top - 4, y2: this.H - this.bottom })));
      this.svg.replaceChildren(...parts);
      this.tick();
    }

    tick() {
      if (!this.cursor) return;
      const at = this.x(this.clock.month);
      this.cursor.setAttribute("x1", at);
      this.cursor.setAttribute("x2", at);
      this.past.setAttribute("width", Math.max(0, at));
      const now = this.runs.map((run) => run.series[this.name][Math.min(run.months - 1, Math.floor(this.clock.month))]);
      this.value.textContent = now.map((v) => CS.number(v)).join(" | ");
      this.svg.setAttribute("aria-label", `${this.title} by month; now ${this.value.textContent}`);
    }
  }

  function path(values, x, y) {
    let d = "", pen = false;
    values.forEach((v, m) => {
      if (v === null) { pen = false; return; }
      d += `${pen ? "L" : "M"}${x(m).toFixed(1)},${y(v).toFixed(1)}`;
      pen = true;
    });
    return d;
  }

  /** How far from 0 rows of an estimate and its interval go. */
  CS.reach = (rows) => Math.max(1e-9, ...rows.flatMap((r) => [r.low, r.high, r.value].map(Math.abs)));

  /** Rows with a label, an estimate and its interval, as wide as the page. rows: {label, value, low, high, text}. */
  CS.forest = (rows, about, reach = CS.reach(rows), format = CS.signed) => {
    const at = (v) => 50 + (50 * v) / reach;
    return CS.make("ul", { class: "forest", "aria-label": about }, rows.map((r) => {
      const told = `${format(r.value)} (${format(r.low)} to ${format(r.high)})`;
      return CS.make("li", { class: r.low > 0 ? "up" : r.high < 0 ? "down" : "open" },
        CS.make("span", { class: "what" }, r.label),
        CS.make("span", { class: "track", "aria-hidden": "true" },
          CS.make("i", { style: `left:${at(r.low).toFixed(2)}%;width:${(at(r.high) - at(r.low)).toFixed(2)}%` }), CS.make("b", { style: `left:${at(r.value).toFixed(2)}%` })),
        CS.make("span", { class: "told" }, told, r.text ? `, ${r.text}` : ""));
    }));
  };

  /** Means of two factors' levels as cells. cells: {x, y, value, text}. */
  CS.heat = (xs, ys, cells, xname, yname, about) => {
    const left = 24 + 7 * Math.max(...ys.map((label) => Math.min(18, label.length))), top = 8, w = Math.max(48, Math.min(92, 520 / xs.length)), h = 34, W = left + xs.length * w + 10, H = top + ys.length * h + 44;
    const values = cells.map((cell) => cell.value).filter((v) => v !== null), low = Math.min(...values), high = Math.max(...values);
    const parts = cells.map((cell) => {
      const share = cell.value === null ? null : high > low ? (cell.value - low) / (high - low) : 0.5;
      return svg("g", {},
        svg("rect", { x: left + cell.x * w + 1, y: top + (ys.length - 1 - cell.y) * h + 1, width: w - 2, height: h - 2, rx: 3, class: "cell", style: share === null ? "opacity:.06" : `opacity:${(0.08 + 0.85 * share).toFixed(3)}` }),
        svg("text", { x: left + (cell.x + 0.5) * w, y: top + (ys.length - 0.5 - cell.y) * h + 4, "text-anchor": "middle", class: share > 0.62 ? "cell-text high" : "cell-text" }, cell.text),
        svg("title", {}, `${xname} ${xs[cell.x]}, ${yname} ${ys[cell.y]}: ${cell.about}`));
    });
    ys.forEach((label, k) => parts.push(svg("text", { x: left - 8, y: top + (ys.length - 0.5 - k) * h + 4, "text-anchor": "end" }, short(label, 18))));
    xs.forEach((label, k) => parts.push(svg("text", { x: left + (k + 0.5) * w, y: H - 26, "text-anchor": "middle" }, short(label, 12))));
    parts.push(svg("text", { x: left + (xs.length * w) / 2, y: H - 8, "text-anchor": "middle", class: "name" }, xname));
    return CS.make("div", { class: "wide" }, svg("svg", { viewBox: `0 0 ${W} ${H}`, class: "chart heat", style: `max-width:${W * 1.25}px;min-width:${Math.min(W, 300)}px`, role: "img", "aria-label": `${about}: ${cells.filter((cell) => cell.value !== null).map((cell) => `${xs[cell.x]}, ${ys[cell.y]}: ${cell.text}`).join("; ")}` }, parts));
  };

  const short = (text, most) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);

  /** Curves over age, with bands. curves: {label, age, value, low, high}. */
  CS.curves = (curves, xname, about, top = 1) => {
    const W = 640, H = 270, left = 46, right = 16, above = 12, below = 48;
    const end = Math.max(1, ...curves.map((curve) => curve.age[curve.age.length - 1]));
    const x = (v) => left + (v / end) * (W - left - right), y = (v) => H - below - (v / top) * (H - above - below);
    const parts = [];
    for (const tick of CS.ticks(0, top, 4)) parts.push(svg("line", { class: "grid", x1: left, x2: W - right, y1: y(tick), y2: y(tick) }), svg("text", { x: left - 6, y: y(tick) + 4, "text-anchor": "end" }, CS.number(tick)));
    for (const tick of CS.ticks(0, end, 6)) parts.push(svg("text", { x: x(tick), y: H - 28, "text-anchor": "middle" }, String(tick)));
    parts.push(svg("text", { x: (left + W - right) / 2, y: H - 4, "text-anchor": "middle" }, xname));
    curves.forEach((curve, k) => {
      const line = (v) => curve.age.map((a, i) => `${x(a).toFixed(1)},${y(v[i]).toFixed(1)}`);
      parts.push(svg("polygon", { class: `band slot-fill-${k % 10}`, points: [...line(curve.low), ...line(curve.high).reverse()].join(" ") }));
      parts.push(svg("polyline", { class: `trace slot-line-${k % 10}`, points: line(curve.value).join(" ") }));
    });
    const legend = curves.length > 1 || curves[0].label
      ? CS.make("ul", { class: "legend-row" }, curves.map((curve, k) => CS.make("li", {}, CS.make("span", { class: `key slot-fill-${k % 10}` }), curve.label)))
      : null;
    return CS.make("div", { class: "wide" }, svg("svg", { viewBox: `0 0 ${W} ${H}`, class: "chart", role: "img", "aria-label": `${about}; at the end ${curves.map((curve) => `${curve.label ? `${curve.label}: ` : ""}${CS.percent(curve.value[curve.value.length - 1])}`).join("; ")}` }, parts), legend);
  };

  /** Paired differences, a dot a replicate stacked in bins, with the mean and its interval. */
  CS.differences = (values, mean, low, high, about) => {
    const W = 640, H = 150, pad = 24, base = H - 40;
    const known = values.filter((v) => v !== null), size = Math.max(1e-9, ...known.map(Math.abs), Math.abs(low || 0), Math.abs(high || 0));
    const x = (v) => W / 2 + (v / size) * (W / 2 - pad), bins = new Map(), parts = [];
    const width = 9;
    for (const v of known) { const bin = Math.round(x(v) / width); bins.set(bin, (bins.get(bin) || 0) + 1); }
    const tall = Math.max(1, ...bins.values()), unit = Math.min(7, (base - 14) / tall);
    parts.push(svg("line", { class: "zero", x1: x(0), x2: x(0), y1: 4, y2: base + 6 }));
    for (const [bin, n] of bins) parts.push(svg("rect", { class: "count", x: bin * width - width / 2 + 1, y: base - n * unit, width: width - 2, height: n * unit, rx: 1.5 }));
    if (mean !== null && low !== null) {
      const cls = low > 0 ? "up" : high < 0 ? "down" : "open";
      parts.push(svg("line", { class: `bar ${cls}`, x1: x(low), x2: x(high), y1: base + 10, y2: base + 10 }), svg("circle", { class: `dot ${cls}`, cx: x(mean), cy: base + 10, r: 5 }));
    }
    for (const tick of CS.ticks(-size, size, 6)) parts.push(svg("text", { x: x(tick), y: H - 6, "text-anchor": "middle" }, CS.signed(tick)));
    return svg("svg", { viewBox: `0 0 ${W} ${H}`, class: "chart", role: "img", "aria-label": about }, parts);
  };

  CS.Line = Line;
})();
