/* The issue space of a run in a month, drawn on a canvas. */
"use strict";
window.CS = window.CS || {};

(() => {
  const MARGIN = 26;

  class Space {
    /** @param picked called with {kind, number} or null when something is clicked. */
    constructor(picked, label = "") {
      this.canvas = CS.make("canvas", { class: "space", tabindex: "0", role: "img", "aria-label": label });
      this.tip = CS.make("div", { class: "tip", hidden: true });
      this.element = CS.make("div", { class: "space-box" }, this.canvas, this.tip);
      this.context = this.canvas.getContext("2d");
      this.axes = [0, 1];
      this.memberships = "auto";
      this.run = null;
      this.month = 0;
      this.selected = null;
      this.hovered = null;
      this.picked = picked;
      this.targets = [];
      this.drawn = 0;
      this.colours = CS.colours();
      CS.onScheme(() => { this.colours = CS.colours(); this.draw(); });
      new ResizeObserver(() => this.resize()).observe(this.element);
      this.canvas.addEventListener("click", (event) => { const at = this.at(event, 10); this.picked(at && { kind: at.kind, number: at.number }); });
      this.canvas.addEventListener("pointermove", (event) => this.hover(event));
      this.canvas.addEventListener("pointerleave", () => { this.hovered = null; this.tip.hidden = true; this.draw(); });
    }

    resize() {
      const side = Math.max(120, Math.min(this.element.clientWidth, window.innerHeight * 0.74));
      const ratio = Math.min(2, window.devicePixelRatio || 1);
      this.side = side;
      this.canvas.style.width = this.canvas.style.height = `${side}px`;
      this.canvas.width = this.canvas.height = Math.round(side * ratio);
      this.ratio = ratio;
      this.draw();
    }

    show(run, month) {
      this.run = run;
      this.month = month;
      this.draw();
    }

    x(share) { return MARGIN + share * (this.side - 2 * MARGIN); }
    y(share) { return this.side - MARGIN - share * (this.side - 2 * MARGIN); }

    /** Draw the month; between two months positions lie between those of both. */
    draw() {
      const { run, context: c } = this;
      if (!this.side) return;
      c.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
      c.clearRect(0, 0, this.side, this.side);
      if (!run || !run.months) return;
      this.drawn++;
      const whole = Math.min(Math.floor(this.month), run.months - 1);
      const frame = run.frames[whole], next = run.frames[Math.min(whole + 1, run.months - 1)];
      const part = Math.max(0, Math.min(1, this.month - whole));
      const D = run.dimensions, [h, v] = this.axes.map((axis) => Math.min(axis, D - 1));
      this.targets = [];
      this.labels = [];
      const scale = Math.max(0.45, Math.min(1.35, (this.side / 560) * Math.sqrt(70 / run.count) * 1.15));
      const many = run.count > 250;
      this.ground(frame);

      const px = new Float32Array(run.count), py = new Float32Array(run.count), radius = new Float32Array(run.count);
      for (let i = 0; i < run.count; i++) {
        const a = i * D + h, b = i * D + v;
        px[i] = this.x((frame.mission[a] + part * (next.mission[a] - frame.mission[a])) / 65535);
        py[i] = this.y(D > 1 ? (frame.mission[b] + part * (next.mission[b] - frame.mission[b])) / 65535 : ((i * 0.618) % 1));
        radius[i] = scale * Math.max(2.4, Math.min(17, 6 * Math.sqrt(frame.capacity[i])));
      }
      this.places = { px, py, radius };
      const hubs = new Map();
      for (const [serial, coalition] of frame.coalitions) {
        const then = next.coalitions.get(serial) || coalition;
        const g = (axis) => coalition.goal[axis] + part * (then.goal[axis] - coalition.goal[axis]);
        const spot = { x: this.x(g(h)), y: this.y(D > 1 ? g(v) : 0.5), coalition, colour: this.colours.slots[run.coalitions[serial].slot] };
        spot.dim = this.selected && this.selected.kind === "coalition" && this.selected.number !== serial;
        hubs.set(serial, spot);
      }
      const shown = this.memberships === "auto" ? (many ? "links" : "both") : this.memberships;
      if (shown !== "links") for (const hub of hubs.values()) this.hull(hub, px, py, radius);
      if (shown !== "hulls") for (const hub of hubs.values()) this.links(hub, px, py, many);
      this.grants(frame, hubs, h, v, D);
      this.issues(frame, next, part, h, v, D);
      this.funders(h, v, D);
      this.organizations(frame, hubs, px, py, radius, many);
      for (const hub of hubs.values()) this.hub(hub, scale);
      const taken = [];
      for (const label of this.labels) this.label(...label, taken);
      this.mark(frame, px, py, radius, hubs);
    }

    ground(frame) {
      const c = this.context, { line, window: open, recession } = this.colours, size = this.side - 2 * MARGIN;
      c.lineWidth = frame && this.run.windows[frame.month] ? 3 : 1;
      c.strokeStyle = this.run.windows[frame.month] ? open : line;
      c.strokeRect(MARGIN - 0.5, MARGIN - 0.5, size + 1, size + 1);
      c.lineWidth = 1;
      c.strokeStyle = line;
      c.globalAlpha = 0.35;
      c.beginPath();
      for (let k = 1; k < 4; k++) {
        const at = MARGIN + (k * size) / 4;
        c.moveTo(at, MARGIN); c.lineTo(at, MARGIN + size); c.moveTo(MARGIN, at); c.lineTo(MARGIN + size, at);
      }
      c.stroke();
      c.globalAlpha = 1;
      c.font = "12px system-ui, sans-serif";
      c.fillStyle = this.colours.soft;
      c.textAlign = "center";
      const many = this.run.dimensions > 1;
      const small = this.side < 280, axis = (which) => `axis ${Math.min(this.axes[which], this.run.dimensions - 1) + 1}`;
      c.fillText(small ? axis(0) : `what organizations aim at, ${axis(0)}`, this.side / 2, this.side - 8);
      c.save();
      c.translate(13, this.side / 2);
      c.rotate(-Math.PI / 2);
      if (many) c.fillText(small ? axis(1) : `what they aim at, ${axis(1)}`, 0, 0);
      c.restore();
      let left = MARGIN;
      c.textAlign = "left";
      c.font = "600 12px system-ui, sans-serif";
      for (const [on, text, colour] of [
        [this.run.windows[frame.month], "window of opportunity", open], [this.run.recessions[frame.month], "recession", recession]]) {
        if (!on) continue;
        c.fillStyle = colour;
        c.fillText(text, left, 17);
        left += c.measureText(text).width + 14;
      }
    }

    hull(hub, px, py, radius) {
      const points = hub.coalition.members.map((i) => [px[i], py[i], radius[i] + 5]);
      if (points.length < 2) return;
      const around = [];
      for (const [x, y, r] of points) for (let k = 0; k < 10; k++) around.push([x + r * Math.cos(k * 0.6283), y + r * Math.sin(k * 0.6283)]);
      const c = this.context;
      c.beginPath();
      convex(around).forEach(([x, y], k) => (k ? c.lineTo(x, y) : c.moveTo(x, y)));
      c.closePath();
      c.fillStyle = c.strokeStyle = hub.colour;
      c.globalAlpha = hub.dim ? 0.03 : 0.1;
      c.fill();
      c.globalAlpha = hub.dim ? 0.1 : 0.45;
      c.lineWidth = 1.2;
      c.stroke();
      c.globalAlpha = 1;
    }

    links(hub, px, py, many) {
      const c = this.context;
      c.beginPath();
      for (const i of hub.coalition.members) { c.moveTo(hub.x, hub.y); c.lineTo(px[i], py[i]); }
      c.strokeStyle = hub.colour;
      c.lineWidth = many ? 0.8 : 1.4;
      c.globalAlpha = hub.dim ? 0.08 : many ? 0.35 : 0.55;
      c.stroke();
      c.globalAlpha = 1;
    }

    grants(frame, hubs, h, v, D) {
      const c = this.context, place = this.run.header.funders.place;
      c.setLineDash([7, 4]);
      c.strokeStyle = this.colours.funder;
      for (const { serial, funder, amount } of frame.grants) {
        const hub = hubs.get(serial);
        if (!hub || !amount) continue;
        c.lineWidth = Math.max(1.2, Math.min(7, 5 * Math.sqrt(amount)));
        c.globalAlpha = hub.dim ? 0.15 : 0.85;
        c.beginPath();
        c.moveTo(this.x(place[funder][h]), this.y(D > 1 ? place[funder][v] : 0.5));
        c.lineTo(hub.x, hub.y);
        c.stroke();
      }
      c.setLineDash([]);
      c.globalAlpha = 1;
    }

    issues(frame, next, part, h, v, D) {
      const c = this.context, R = this.run.header.issues.length > 12 ? 8 : 13;
      this.run.header.issues.forEach((name, q) => {
        const of = (axis) => (frame.place[q * D + axis] + part * (next.place[q * D + axis] - frame.place[q * D + axis])) / 65535;
        const x = this.x(of(h)), y = this.y(D > 1 ? of(v) : 0.5), need = frame.need[q] / 255;
        c.strokeStyle = c.fillStyle = this.colours.issue;
        c.lineWidth = 1.6;
        c.beginPath(); c.arc(x, y, R, 0, 7); c.stroke();
        c.globalAlpha = 0.3;
        c.beginPath(); c.moveTo(x, y); c.arc(x, y, R, -Math.PI / 2, -Math.PI / 2 + need * 2 * Math.PI); c.closePath(); c.fill();
        c.globalAlpha = 1;
        if (R > 8 && this.side > 260) this.labels.push([name, x, y - R - 5, this.colours.issue, false]);
        this.targets.push({ kind: "issue", number: q, x, y, r: R, text: `${name}: need ${CS.percent(need)}` });
      });
    }

    funders(h, v, D) {
      const c = this.context, { names, place } = this.run.header.funders, R = names.length > 12 ? 5 : 8;
      names.forEach((name, f) => {
        const x = this.x(place[f][h]), y = this.y(D > 1 ? place[f][v] : 0.5);
        c.fillStyle = this.colours.funder;
        c.strokeStyle = this.colours.paper;
        c.lineWidth = 1.5;
        c.beginPath(); c.moveTo(x, y - R); c.lineTo(x + R, y + 0.8 * R); c.lineTo(x - R, y + 0.8 * R); c.closePath(); c.fill(); c.stroke();
        if (R > 5 && this.side > 260) this.labels.push([name, x, y + R + 11, this.colours.funder, false]);
        this.targets.push({ kind: "funder", number: f, x, y, r: R + 2, text: name });
      });
    }

    organizations(frame, hubs, px, py, radius, many) {
      const c = this.context, run = this.run;
      for (let i = 0; i < run.count; i++) {
        const serials = frame.memberships.get(i), x = px[i], y = py[i], r = radius[i];
        const faded = this.selected && this.selected.kind === "coalition" && hubs.has(this.selected.number)
          && !(serials || []).includes(this.selected.number);
        c.globalAlpha = faded ? 0.3 : 1;
        if (!serials) {
          c.beginPath(); c.arc(x, y, r, 0, 7);
          c.fillStyle = this.colours.paper; c.fill();
          c.fillStyle = this.colours.free;
          c.globalAlpha *= 0.15 + 0.6 * (frame.readiness[i] / 255);
          c.fill();
          c.globalAlpha = faded ? 0.3 : 1;
          c.strokeStyle = this.colours.free;
        } else {
          serials.forEach((serial, k) => {
            c.beginPath();
            if (serials.length > 1) c.moveTo(x, y);
            c.arc(x, y, r, -1.571 + (k * 6.2832) / serials.length, -1.571 + ((k + 1) * 6.2832) / serials.length);
            c.closePath();
            c.fillStyle = hubs.get(serial).colour;
            c.fill();
          });
          c.strokeStyle = this.colours.paper;
        }
        c.lineWidth = many ? 0.6 : 1.2;
        c.beginPath(); c.arc(x, y, r, 0, 7); c.stroke();
        if (frame.flags[i] & 1) {
          c.setLineDash([3, 2.5]);
          c.strokeStyle = this.colours.ink;
          c.beginPath(); c.arc(x, y, r + 3.5, 0, 7); c.stroke();
          c.setLineDash([]);
        }
      }
      c.globalAlpha = 1;
    }

    /** The goal of a coalition: a diamond, its size by members, with an arc of progress around. */
    hub(hub, scale) {
      const c = this.context, { coalition, colour } = hub, R = Math.max(6, Math.min(15, (4 + 1.6 * Math.sqrt(coalition.members.length)) * Math.sqrt(scale)));
      c.globalAlpha = hub.dim ? 0.3 : 1;
      c.beginPath(); c.moveTo(hub.x, hub.y - R); c.lineTo(hub.x + R, hub.y); c.lineTo(hub.x, hub.y + R); c.lineTo(hub.x - R, hub.y); c.closePath();
      c.fillStyle = coalition.formed ? colour : this.colours.paper;
      c.fill();
      c.strokeStyle = coalition.formed ? this.colours.paper : colour;
      c.lineWidth = 2;
      c.stroke();
      c.strokeStyle = this.colours.ink;
      c.lineWidth = 2.5;
      c.beginPath(); c.arc(hub.x, hub.y, R + 4, -1.571, -1.571 + 6.2832 * coalition.progress); c.stroke();
      c.globalAlpha = 1;
      if (coalition.focal) this.labels.push(["★", hub.x, hub.y - R - 8, this.colours.ink, true]);
      this.targets.push({
        kind: "coalition", number: coalition.serial, x: hub.x, y: hub.y, r: R + 2,
        text: `${this.run.coalition(coalition.serial)}: ${coalition.members.length} members, progress ${CS.percent(coalition.progress)}`,
      });
    }

    mark(frame, px, py, radius, hubs) {
      const c = this.context, s = this.selected;
      if (!s) return;
      let spot = null;
      if (s.kind === "organization") spot = { x: px[s.number], y: py[s.number], r: radius[s.number] };
      else spot = this.targets.find((target) => target.kind === s.kind && target.number === s.number);
      if (!spot) return;
      c.strokeStyle = this.colours.ink;
      c.lineWidth = 2.5;
      c.beginPath(); c.arc(spot.x, spot.y, spot.r + 7, 0, 7); c.stroke();
      if (s.kind === "organization") this.label(this.run.organization(s.number), spot.x, spot.y - spot.r - 11, this.colours.ink, true);
    }

    label(text, x, y, colour, strong = false, taken = null) {
      const c = this.context;
      c.font = `${strong ? "600 " : ""}12px system-ui, sans-serif`;
      c.textAlign = "center";
      const shown = text.length > 26 ? `${text.slice(0, 25)}…` : text, half = c.measureText(shown).width / 2;
      const at = Math.max(half + 2, Math.min(this.side - half - 2, x));
      if (taken) {  // of two names that would lie on each other the first one stays; a click shows the other
        if (!strong && taken.some((box) => Math.abs(box.x - at) < box.half + half + 4 && Math.abs(box.y - y) < 13)) return;
        taken.push({ x: at, y, half });
      }
      c.lineWidth = 3.5;
      c.lineJoin = "round";
      c.strokeStyle = this.colours.paper;
      c.strokeText(shown, at, y);
      c.fillStyle = colour;
      c.fillText(shown, at, y);
    }

    /** What lies under the pointer: coalitions, issues and funders first, then the nearest organization. */
    at(event, slack) {
      if (!this.run || !this.places) return null;
      const box = this.canvas.getBoundingClientRect(), x = event.clientX - box.left, y = event.clientY - box.top;
      const near = (spot) => Math.hypot(spot.x - x, spot.y - y) - spot.r;
      let best = null, least = slack;
      const { px, py, radius } = this.places;
      for (let i = 0; i < this.run.count; i++) {
        const away = Math.hypot(px[i] - x, py[i] - y) - radius[i];
        if (away < least) { least = away; best = { kind: "organization", number: i, x: px[i], y: py[i], r: radius[i], text: this.run.organization(i) }; }
      }
      for (const target of this.targets) {
        const away = near(target);
        if (away <= 0 && target.kind === "coalition") return target;
        if (away < Math.min(0, least)) { least = away; best = target; }
        else if (!best && away < slack) best = target;
      }
      return best;
    }

    hover(event) {
      const at = this.at(event, 4);
      this.canvas.style.cursor = at ? "pointer" : "default";
      this.tip.hidden = !at;
      if (!at) return;
      this.tip.textContent = at.text;
      const half = this.tip.offsetWidth / 2;
      this.tip.style.left = `${this.canvas.offsetLeft + Math.min(this.side - half, Math.max(half, at.x))}px`;
      this.tip.style.top = `${at.y - at.r - 10}px`;
    }
  }

  /** Convex hull (Andrew's monotone chain). */
  function convex(points) {
    points.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
    const half = (ordered) => {
      const out = [];
      for (const p of ordered) {
        while (out.length > 1) {
          const [a, b] = out.slice(-2);
          if ((b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0]) > 0) break;
          out.pop();
        }
        out.push(p);
      }
      out.pop();
      return out;
    };
    return [...half(points), ...half([...points].reverse())];
  }

  CS.Space = Space;
})();
