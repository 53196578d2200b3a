// A recurrent network writes surnames, letter by letter, in a language that the reader chooses.
import { END, LONGEST, NameWriter, draw } from "./recurrent.js";

const FIRST = { language: "German", name: "sch", temperature: 0.8 }; // as in the still picture
const SHOWN = 10; // of the chances
const KEPT = 12; // of the names
const PACE = 260; // milliseconds from letter to letter
let demos = 0;

const TEMPLATE = (id) => `
  <div class="live-names">
    <div class="live-controls">
      <span><label for="${id}-language">Language</label><select id="${id}-language"></select></span>
      <span class="live-names-slider"><label for="${id}-temperature">Temperature</label>
        <input type="range" id="${id}-temperature" min="0.2" max="1.6" step="0.1"><output for="${id}-temperature"></output></span>
    </div>
    <p class="live-answer live-names-word"></p>
    <div class="live-controls">
      <button type="button" class="live-button" data-act="write">Write a name</button>
      <button type="button" class="live-button" data-act="next">Next letter</button>
      <button type="button" class="live-button" data-act="clear">Start again</button>
    </div>
    <div class="live-names-body">
      <div><p id="${id}-bars">Chances of what comes next; press one to take it</p>
        <ol class="live-bars" role="list" aria-labelledby="${id}-bars"></ol></div>
      <div><p id="${id}-list">Written so far</p><ul class="live-names-list" role="list" aria-labelledby="${id}-list"></ul></div>
    </div>
  </div>
  <p class="live-status" role="status"></p>`;

/** Write a name as names are written: its parts with a capital. */
export const capital = (name) => name.replace(/(^|[ '-])(\p{L})/gu, (_, before, letter) => before + letter.toUpperCase());

const percent = (share) => (share > 0.9995 ? "> 99.9 %" : `${(100 * share).toFixed(1)} %`);

/** Build the demo in `root`; returns what tests ask for. */
export function mount(root, { weights, signal }) {
  const writer = new NameWriter(weights), id = `live-names-${++demos}`;
  const less = matchMedia("(prefers-reduced-motion: reduce)");
  root.innerHTML = TEMPLATE(id);
  const $ = (selector) => root.querySelector(selector);
  const on = (target, type, listener) => target.addEventListener(type, listener, { signal });
  const act = (name) => $(`[data-act=${name}]`);
  const [select, slider, list] = [$("select"), $("input"), $(".live-names-list")];
  let state, name, ended, chances, timer = 0, random = Math.random;

  const bars = Array.from({ length: SHOWN }, () => {
    const row = document.createElement("li");
    row.innerHTML = `<button type="button"></button><span class="live-bar"></span><span></span>`;
    const [button, bar, share] = row.children;
    on(button, "click", () => { pause(); take(+button.value); });
    return { row, button, bar, share };
  });

  /** An empty name in the language that is chosen. */
  function clear() {
    pause();
    [state, name, ended] = [writer.start(select.value), "", false];
    show();
  }

  /** Take a symbol, drawn or pressed: the end, or a letter. */
  function take(symbol) {
    if (ended) clear();
    if (symbol === END) return end();
    name += writer.letters[symbol - 1];
    state = writer.read(state, symbol);
    if (name.length >= LONGEST) return end();
    show();
  }

  function end() {
    pause();
    ended = true;
    show();
    if (!name) return;
    const entry = Object.assign(document.createElement("li"), { textContent: `${capital(name)}, ${select.value}` });
    list.prepend(entry);
    while (list.children.length > KEPT) list.lastChild.remove();
    $(".live-status").textContent = `Written: ${capital(name)}.`;
  }

  /** Show the name so far, and the chances of what comes next. */
  function show() {
    chances = writer.chances(state, +slider.value);
    $("output").textContent = (+slider.value).toFixed(1);
    $(".live-names-word").innerHTML = `<b></b><span>${ended ? "" : "…"}</span>`;
    $(".live-names-word b").textContent = capital(name);
    const order = chances.map((_, symbol) => symbol).sort((a, b) => chances[b] - chances[a]);
    bars.forEach(({ button, bar, share }, n) => {
      const symbol = order[n], letter = symbol === END ? "end" : writer.letters[symbol - 1];
      button.value = symbol;
      button.textContent = letter === " " ? "space" : letter;
      bar.style.setProperty("--share", chances[symbol]);
      share.textContent = percent(chances[symbol]);
    });
  }

  function next() {
    if (ended) clear();
    take(draw(chances, random));
  }

  /** Write to the end; a name that is finished makes room for another. */
  function write() {
    if (timer) return pause();
    if (ended) clear();
    if (less.matches) {
      while (!ended) next();
      return;
    }
    act("write").textContent = "Pause";
    const tick = () => {
      if (signal.aborted) return;
      timer = setTimeout(tick, PACE);
      next();
    };
    tick();
  }

  function pause() {
    clearTimeout(timer);
    timer = 0;
    act("write").textContent = "Write a name";
  }

  select.append(...writer.languages.map((language) => new Option(language)));
  $(".live-bars").append(...bars.map(({ row }) => row));
  on(select, "change", clear);
  on(slider, "input", show);
  on(act("write"), "click", write);
  on(act("next"), "click", () => { pause(); next(); });
  on(act("clear"), "click", clear);
  signal.addEventListener("abort", pause, { once: true });

  select.value = FIRST.language;
  slider.value = FIRST.temperature;
  clear();
  for (const letter of FIRST.name) take(writer.numberOf(letter));
  return {
    name: () => name,
    ended: () => ended,
    chances: () => chances,
    seed: (source) => { random = source; },
  };
}
