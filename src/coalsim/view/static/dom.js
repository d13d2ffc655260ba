/* Small pieces of page. */
"use strict";
window.CS = window.CS || {};

(() => {
  const SVG = "http://www.w3.org/2000/svg";

  /** Make an element: attributes, `on...` listeners, children (nodes or text). */
  CS.make = (name, attributes = {}, ...children) => fill(document.createElement(name), attributes, children);
  CS.svg = (name, attributes = {}, ...children) => fill(document.createElementNS(SVG, name), attributes, children);

  function fill(element, attributes, children) {
    for (const [key, value] of Object.entries(attributes)) {
      if (value === undefined || value === null || value === false) continue;
      if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
      else if (key in { value: 1, checked: 1, disabled: 1, hidden: 1, textContent: 1, htmlFor: 1 }) element[key] = value;
      else element.setAttribute(key, value === true ? "" : value);
    }
    element.append(...children.flat(9).filter((child) => child !== null && child !== undefined && child !== ""));
    return element;
  }

  /** Fill an element anew; what had the keyboard keeps it, if it is there again (by its data-key). */
  CS.refill = (element, ...children) => {
    const held = document.activeElement, key = element.contains(held) && held.dataset ? held.dataset.key : null;
    element.replaceChildren(...children.flat(9).filter(Boolean));
    if (!key) return;
    const again = [...element.querySelectorAll("[data-key]")].find((one) => one.dataset.key === key);
    if (again) again.focus({ preventScroll: true });
  };

  let numbered = 0;
  CS.id = (stem) => `${stem}-${++numbered}`;

  /** A number for people: three digits that count. */
  CS.number = (value) => {
    if (value === null || value === undefined || Number.isNaN(value)) return "–";
    const size = Math.abs(value);
    if (size >= 1000) return Math.round(value).toLocaleString("en");
    if (size === 0) return "0";
    const digits = Math.max(0, 2 - Math.floor(Math.log10(size)));
    return String(Number(value.toFixed(Math.min(6, digits)))).replace("-", "−");
  };

  CS.percent = (share) => (share === null || Number.isNaN(share) ? "–" : `${Math.round(100 * share)} %`);

  CS.signed = (value) => (value > 0 ? "+" : "") + CS.number(value);

  /** A labelled choice. `options`: values, or pairs of value and text. */
  CS.choice = (label, options, value, changed, attributes = {}) => {
    const id = CS.id("choice");
    const select = CS.make("select", { id, "data-key": label, onchange: () => changed(select.value), ...attributes }, options.map((option) => {
      const [key, text] = Array.isArray(option) ? option : [option, option];
      return CS.make("option", { value: key, selected: String(key) === String(value) }, String(text));
    }));
    const box = CS.make("span", { class: "choice" }, CS.make("label", { for: id }, label), select);
    box.select = select;
    return box;
  };

  CS.colours = () => {
    const style = getComputedStyle(document.documentElement);
    const of = (name) => style.getPropertyValue(`--${name}`).trim();
    return {
      ink: of("ink"), soft: of("soft"), line: of("line"), paper: of("paper"), free: of("free"), issue: of("issue"), funder: of("funder"),
      window: of("window"), recession: of("recession"), a: of("world-a"), b: of("world-b"), accent: of("accent"),
      slots: Array.from({ length: CS.SLOTS }, (_, k) => of(`slot-${k}`)),
    };
  };

  /** Have something drawn again when the scheme of colours changes. */
  CS.onScheme = (drawn) => {
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawn);
    document.addEventListener("coalsim-scheme", drawn);
  };
})();
