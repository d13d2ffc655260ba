/* A run as it is drawn: frames unpacked, month by month. The format is that of coalsim.view.frames. */
"use strict";
window.CS = window.CS || {};

(() => {
  const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const shorts = (text) => new Uint16Array(bytes(text).buffer);
  const longs = (text) => new Uint32Array(bytes(text).buffer);

  const ENDS = { achieved: "its work was done", too_few: "too few members were left", trust: "trust was gone" };
  const SLOTS = 10;

  class Run {
    constructor(header) {
      this.header = header;
      this.count = header.organizations.count;
      this.dimensions = header.dimensions;
      this.frames = [];
      this.coalitions = []; // {convener, launch, slot, last}
      this.series = Object.fromEntries(header.series.map((name) => [name, []]));
      this.windows = [];
      this.recessions = [];
      this.ofOrganization = Array.from({ length: this.count }, () => []);
      this.ofCoalition = [];
      this.grown = new Map();
      this.capacity = new Float32Array(this.count);
    }

    static of(recording) {
      const run = new Run(recording.header);
      recording.chunks.forEach((chunk) => run.append(chunk));
      return run;
    }

    /** Months that are there; the run has `header.months`. */
    get months() { return this.frames.length; }
    get whole() { return this.months === this.header.months; }

    append(chunk) {
      const D = this.dimensions, N = this.count, width = 6 + D;
      const mission = shorts(chunk.mission), readiness = bytes(chunk.readiness), reserve = bytes(chunk.reserve), flags = bytes(chunk.flags);
      const pairs = longs(chunk.pairs), rows = shorts(chunk.rows), place = shorts(chunk.place), need = bytes(chunk.need);
      const Q = this.header.issues.length;
      let pair = 0, row = 0;
      for (const [convener, launch] of chunk.launched) {
        this.coalitions.push({ convener, launch, slot: -1, last: launch });
        this.ofCoalition.push([]);
      }
      for (const [month, number, capacity] of chunk.capacity) {
        if (!this.grown.has(month)) this.grown.set(month, []);
        this.grown.get(month).push([number, capacity]);
      }
      for (let k = 0; k < chunk.months; k++) {
        const month = chunk.first + k;
        const frame = {
          month,
          mission: mission.subarray(k * N * D, (k + 1) * N * D),
          readiness: readiness.subarray(k * N, (k + 1) * N),
          reserve: reserve.subarray(k * N, (k + 1) * N),
          flags: flags.subarray(k * N, (k + 1) * N),
          place: place.subarray(k * Q * D, (k + 1) * Q * D),
          need: need.subarray(k * Q, (k + 1) * Q),
          pairs: pairs.subarray(2 * pair, 2 * (pair + chunk.members[k])),
          coalitions: new Map(),
          grants: [],
          events: [],
          capacity: this.capacity,
        };
        pair += chunk.members[k];
        if (this.grown.has(month)) {
          this.capacity = frame.capacity = this.capacity.slice();
          for (const [number, capacity] of this.grown.get(month)) frame.capacity[number] = capacity;
        }
        for (let c = 0; c < chunk.coalitions[k]; c++, row++) {
          const [serial, issue, bits, solved, trust, progress] = rows.subarray(row * width, row * width + 6);
          const goal = Array.from(rows.subarray(row * width + 6, (row + 1) * width), (x) => x / 65535);
          frame.coalitions.set(serial, {
            serial, issue, formed: (bits & 1) > 0, focal: (bits & 2) > 0, solved, trust: trust / 65535, progress: progress / 65535, goal, members: [],
          });
          this.coalitions[serial].last = month;
        }
        frame.memberships = new Map();
        for (let i = 0; i < frame.pairs.length; i += 2) {
          const who = frame.pairs[i], serial = frame.pairs[i + 1];
          frame.coalitions.get(serial).members.push(who);
          if (!frame.memberships.has(who)) frame.memberships.set(who, []);
          frame.memberships.get(who).push(serial);
        }
        this.frames.push(frame);
        this.colour(frame);
        this.windows.push(chunk.window[k]);
        this.recessions.push(chunk.recession[k]);
        for (const name of this.header.series) this.series[name].push(chunk.series[name][k]);
      }
      for (const [month, serial, funder, amount] of chunk.grants) this.frames[month].grants.push({ serial, funder, amount });
      for (const [month, kind, organization, coalition, about] of chunk.events) {
        const event = { month, kind: this.header.kinds[kind], organization, coalition, about };
        this.frames[month].events.push(event);
        if (organization >= 0) this.ofOrganization[organization].push(event);
        if (coalition >= 0) this.ofCoalition[coalition].push(event);
        if (coalition >= 0 && organization < 0) {
          const convener = this.coalitions[coalition].convener;
          if (event.kind === "ends" || event.kind === "succeeds") this.ofOrganization[convener].push(event);
        }
      }
    }

    /** Give a new coalition a colour that no other running one has, while there are enough. */
    colour(frame) {
      for (const serial of frame.coalitions.keys()) {
        if (this.coalitions[serial].slot >= 0) continue;
        const used = new Set([...frame.coalitions.keys()].map((other) => this.coalitions[other].slot));
        let slot = serial % SLOTS;
        for (let k = 0; k < SLOTS && used.has(slot); k++) slot = (slot + 1) % SLOTS;
        this.coalitions[serial].slot = slot;
      }
    }

    frame(month) { return this.frames[Math.max(0, Math.min(this.months - 1, month))]; }
    organization(number) { return this.header.organizations.names[number]; }
    issue(number) { return this.header.issues[number]; }
    funder(number) { return this.header.funders.names[number]; }

    /** What a coalition is called: after its convener, with a number from its second on. */
    coalition(serial) {
      const { convener } = this.coalitions[serial];
      const which = this.coalitions.slice(0, serial).filter((other) => other.convener === convener).length;
      return `Coalition of ${this.organization(convener)}${which ? ` (${which + 1})` : ""}`;
    }

    /** An event in words, told of an organization, of a coalition, or (with neither) of the field. */
    tell(event, side = "") {
      const who = event.organization >= 0 ? this.organization(event.organization) : "";
      const what = event.coalition >= 0 ? this.coalition(event.coalition) : "";
      const the = what.charAt(0).toLowerCase() + what.slice(1);
      const mine = side === "organization", its = side === "coalition";
      switch (event.kind) {
        case "researches": return mine ? "begins research, to convene a coalition" : `${who} begins research, to convene a coalition`;
        case "gives up": return mine ? "ends its research without a launch" : `${who} ends its research without a launch`;
        case "launches":
          return its ? `is launched, to work on ${this.issue(event.about)}`
            : mine ? `launches a coalition on ${this.issue(event.about)}` : `${who} launches a coalition on ${this.issue(event.about)}`;
        case "joins": return mine ? `joins the ${the}` : its ? `${who} joins` : `${who} joins the ${the}`;
        case "leaves": return mine ? `leaves the ${the}` : its ? `${who} leaves` : `${who} leaves the ${the}`;
        case "released": return mine ? `is free again: the ${the} has ended` : `${who} is free again`;
        case "forms": return its ? "has enough members: it is formed" : `The ${the} has enough members: it is formed`;
        case "succeeds": return its ? `solves its problem (success ${event.about})` : `The ${the} solves its problem (success ${event.about})`;
        case "turns": return its ? `turns to ${this.issue(event.about)}` : `The ${the} turns to ${this.issue(event.about)}`;
        case "grant": return its ? `gets a grant from ${this.funder(event.about)}` : `The ${the} gets a grant from ${this.funder(event.about)}`;
        case "grant over": return its ? `the grant from ${this.funder(event.about)} is over` : `The grant from ${this.funder(event.about)} to the ${the} is over`;
        case "ends": return its ? `ends: ${ENDS[event.about] || event.about}` : `The ${the} ends: ${ENDS[event.about] || event.about}`;
        default: return event.kind;
      }
    }
  }

  CS.Run = Run;
  CS.SLOTS = SLOTS;
})();
