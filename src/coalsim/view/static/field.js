/* The tab My field: drop tables, see what was understood and assumed, mend, download, use. */
"use strict";
window.CS = window.CS || {};

(() => {
  const { make, choice } = CS;
  const SHOWN = 300;
  const DRAWN = new Set(["revenue", "staff", "readiness", "openness", "leadership", "capacity", "reserve", "join_threshold", "style_1", "style_2", "need", "grant_budget"]);

  CS.field = (start, shared) => {
    let answer = null;
    const input = make("input", { type: "file", id: CS.id("file"), accept: ".csv,.txt,.tsv,text/csv", multiple: true, onchange: () => read(input.files) });
    const drop = make("div", { class: "drop" }, make("p", {}, make("b", {}, "Drop a table here"), " (a CSV file, which any spreadsheet program saves): one row for each organization. Who knows whom, issues and funders may come as tables of their own."), make("label", { for: input.id }, "or choose files: "), input);
    for (const kind of ["dragenter", "dragover"]) drop.addEventListener(kind, (event) => { event.preventDefault(); drop.classList.add("over"); });
    for (const kind of ["dragleave", "drop"]) drop.addEventListener(kind, () => drop.classList.remove("over"));
    drop.addEventListener("drop", (event) => { event.preventDefault(); read(event.dataTransfer.files); });
    const result = make("div", { "aria-live": "polite" });

    const read = async (files) => {
      const texts = {};
      for (const file of files) texts[file.name] = await file.text();
      answers = {};
      if (Object.keys(texts).length) hear(await CS.ask("field", { files: texts }));
    };
    const hear = (said) => { if (said) { answer = said; show(); } };
    let answers = {};
    const again = CS.later(async () => hear(await CS.ask("field", { tables: answer.tables, answers })), 500);

    const use = async (tab) => {
      const said = await CS.ask("field", { tables: answer.tables, answers, use: true, title: answer.tables[0].file.replace(/\.\w+$/, "") });
      if (said && said.usable) await shared.restart(tab);
    };

    const show = () => {
      const { notes, questions, tables, clean, usable } = answer;
      const scroll = [...result.querySelectorAll(".cells")].map((box) => [box.scrollLeft, box.scrollTop]);
      CS.refill(result,
        make("section", { class: "panel" }, make("h2", {}, usable ? "What was understood" : "This cannot be used yet"),
          questions.length ? make("div", { class: "form questions" }, questions.map(question)) : null,
          make("ul", { class: "notes" }, notes.map(([kind, text]) => make("li", { class: kind }, text))),
          make("div", { class: "form" },
            make("button", { type: "button", class: "main", disabled: !usable, onclick: () => use("watch") }, "Watch this field"),
            make("button", { type: "button", disabled: !usable, onclick: () => use("advise") }, "Ask for advice on it"),
            Object.entries(clean).map(([file, text]) => make("button", { type: "button", disabled: !usable, onclick: () => CS.download(file, text, "text/csv") }, `Download ${file}`)))),
        ...tables.map(table));
      [...result.querySelectorAll(".cells")].forEach((box, k) => { if (scroll[k]) [box.scrollLeft, box.scrollTop] = scroll[k]; });
    };

    const question = (asked) => choice(asked.text, [["", asked.optional ? "leave it open" : "choose ..."], ...asked.answers.map(([one, meaning]) => [one, `${one}: ${meaning}`])], "", (one) => { if (one) { answers[asked.about] = one; again(); } });

    const table = (given, t) => {
      const known = answer.columns[given.kind] || [];
      const head = given.header.map((name, c) => make("th", { scope: "col" }, make("div", {}, name || "(no name)"),
        make("select", { "aria-label": `Take column ${name} for`, "data-key": `column ${t}-${c}`, onchange: (event) => { delete answers[name]; given.columns[c] = event.target.value; again(); } },
          make("option", { value: "", selected: !given.columns[c] }, "left out"), [...new Set([...known, given.columns[c]].filter(Boolean))].map((one) => make("option", { value: one, selected: given.columns[c] === one }, one)))));
      const wrong = answer.wrong && answer.wrong[0] === t ? answer.wrong[1] : -1;
      const rows = given.rows.slice(0, SHOWN).map((row, r) => make("tr", { class: r === wrong ? "wrong" : null }, make("td", {}, String(r + 1)), row.map((cell, c) => make("td", { class: !cell && DRAWN.has(given.columns[c]) ? "drawn" : null },
        make("input", { type: "text", style: `min-width:${Math.min(40, 2 + Math.max(8, ...given.rows.slice(0, SHOWN).map((other) => (other[c] || "").length)))}ch`, value: cell, placeholder: DRAWN.has(given.columns[c]) ? "at random" : "", "data-cell": `${t}-${r}-${c}`, "data-key": `cell ${t}-${r}-${c}`, "aria-label": `${given.header[c]}, row ${r + 1}`,
          onchange: (event) => { given.rows[r][c] = event.target.value; again(); } })))));
      return make("section", {},
        make("h2", {}, given.file),
        make("div", { class: "form" }, choice("It is a table of", Object.keys(answer.columns).map((kind) => [kind, kind.replace("_table", "")]), given.kind, (kind) => { given.kind = kind; given.columns = []; again(); }, { "data-key": `kind ${t}` }),
          make("span", { class: "quiet" }, "You can correct cells here. What is blank is chosen at random for each replicate, as the defaults say.")),
        make("div", { class: "cells" }, make("table", {}, make("thead", {}, make("tr", {}, make("th", {}, ""), head)), make("tbody", {}, rows))),
        given.rows.length > SHOWN ? make("p", { class: "quiet" }, `The first ${SHOWN} of ${given.rows.length} rows are shown.`) : null);
    };

    const panel = make("div", {}, make("div", { class: "head" }, make("h2", {}, "Your own field"),
      make("p", { class: "quiet" }, `${start.blank.least} Whatever else you know makes the answer surer; leave blank what you do not know. The tables stay on this machine.`)),
    make("div", { class: "form" }, make("button", { type: "button", onclick: () => CS.download(start.blank.file, start.blank.text, "text/csv") }, "Download an empty table"),
      make("span", { class: "quiet" }, "to fill in with any spreadsheet program; its one row is an example to be replaced.")),
    make("details", { class: "more" }, make("summary", {}, "What its columns hold"),
      make("dl", { class: "holds" }, start.blank.columns.map(([name, holds]) => [make("dt", {}, name), make("dd", {}, holds)]))),
    drop, result);
    return { panel, shown: () => {}, read };
  };
})();
