// Type a date in words; the translator of the lesson on attention writes it as numbers, and shows
// for each character that it writes where it looked.
import { Translator } from "./attending.js";

const EXAMPLES = [ // dates that the translator was not trained on
  ["English", "march 14, 2027"], ["français", "3 juin 1931"], ["suomi", "9. elokuuta 2044"],
  ["euskara", "1968(e)ko maiatzaren 5(a)"], ["русский", "17 сентября 1912 г."],
  ["polski", "21 listopada 2026"], ["hrvatski", "21. listopada 2026."],
];
const PAUSE = 600; // milliseconds without a change before the answer is read out
let demos = 0;

const TEMPLATE = (id) => `
  <div class="live-dates-entry">
    <label for="${id}-text">A date in words</label>
    <input type="text" id="${id}-text" maxlength="40" autocomplete="off" autocapitalize="none" spellcheck="false">
  </div>
  <div class="live-dates-examples" role="group" aria-label="Examples"></div>
  <p class="live-answer"></p>
  <div class="live-dates-map" tabindex="0" role="region" aria-label="Map of attention">
    <table><caption>Where it looked: a row for each character written, a column for each one read</caption></table>
  </div>
  <p class="live-dates-help">Point at a character of the answer, or choose one below, to see its row alone.</p>
  <div class="live-controls live-dates-slider">
    <label for="${id}-step">Written</label>
    <input type="range" id="${id}-step" min="0" max="10" step="1" value="0">
    <output for="${id}-step"></output>
  </div>
  <p class="live-status" role="status"></p>`;

/** A text as the translator learned to read it: small letters, plain spaces. */
export const plain = (text) => text.normalize("NFC").toLowerCase().split(/\s+/u).filter(Boolean).join(" ");

/** Build the demo in `root`; returns what tests ask for. */
export function mount(root, { weights, signal }) {
  const translator = new Translator(weights), id = `live-dates-${++demos}`;
  root.innerHTML = TEMPLATE(id);
  const $ = (selector) => root.querySelector(selector);
  const on = (target, type, listener) => target.addEventListener(type, listener, { signal });
  const [input, slider] = [$("[type=text]"), $("[type=range]")];
  const [answer, table, status] = [$(".live-answer"), $("table"), $(".live-status")];
  let text = "", written = [], timer = 0;

  /** Translate what is typed, and show the answer and its map. */
  function translate(quiet = false) {
    text = plain(input.value);
    const unknown = translator.unknown(text);
    written = unknown.length || !text ? [] : translator.translate(text, 12);
    const date = written.map(({ character }) => character).join("");
    const least = Math.min(...written.map(({ chance }) => chance));
    if (!text) answer.textContent = "Nothing is typed yet.";
    else if (unknown.length) answer.textContent = `It never saw ${unknown.map((c) => `“${c}”`).join(", ")}; `
      + "it reads the letters of 36 languages in Latin, Greek and Cyrillic.";
    else answer.innerHTML = `<b>${date}</b> <span>its least sure character: ${(100 * least).toFixed(0)} %</span>`;
    for (const button of $(".live-dates-examples").children) button.ariaPressed = button.dataset.text === text;
    slider.max = Math.max(0, written.length);
    slider.disabled = !written.length;
    slider.value = 0;
    draw();
    pick();
    clearTimeout(timer);
    if (!quiet) timer = setTimeout(() => { status.textContent = answer.textContent; }, PAUSE);
  }

  /** Draw the map as a table: how dark a cell is, is its share. */
  function draw() {
    const letters = [...text].map((letter) => `<th scope="col">${escape(letter)}</th>`).join("");
    const rows = written.map(({ character, shares }, place) => `<tr data-step="${place}">`
      + `<th scope="row">${character}</th>${shares.map((share) =>
        `<td style="--share:${share.toFixed(3)}"></td>`).join("")}</tr>`);
    const head = written.length ? `<thead><tr><td></td>${letters}</tr></thead>` : "";
    table.innerHTML = `${table.caption.outerHTML}${head}<tbody>${rows.join("")}</tbody>`;
  }

  /** Show one row alone; 0 shows them all. */
  function pick() {
    const step = +slider.value;
    for (const row of table.tBodies[0].rows)
      row.classList.toggle("live-dates-faded", step > 0 && +row.dataset.step !== step - 1);
    const row = written[step - 1];
    const place = row ? row.shares.indexOf(Math.max(...row.shares)) : 0;
    const said = row ? `${row.character}: most on “${[...text][place]}”, ${(100 * row.shares[place]).toFixed(0)} %`
      : "all characters";
    $("output").textContent = said;
    slider.setAttribute("aria-valuetext", said);
  }

  function onPointer(event) {
    const row = event.target.closest("tr[data-step]");
    slider.value = row && event.type !== "pointerleave" ? +row.dataset.step + 1 : 0;
    pick();
  }

  for (const [name, example] of EXAMPLES) {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className: "live-button", textContent: name });
    button.dataset.text = example;
    on(button, "click", () => { input.value = example; translate(); });
    $(".live-dates-examples").append(button);
  }
  on(input, "input", () => translate());
  on(slider, "input", pick);
  on(table, "pointerover", onPointer);
  on(table, "pointerleave", onPointer);
  signal.addEventListener("abort", () => clearTimeout(timer), { once: true });

  input.value = EXAMPLES[5][1];
  translate(true); // nobody asked for the first answer, so it is not read out
  return { translate: (words) => translator.translate(plain(words), 12) };
}

const escape = (letter) => ({ "<": "&lt;", "&": "&amp;", " ": "␣" })[letter] ?? letter;
