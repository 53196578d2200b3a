// A small GPT goes on from what the reader types, and shows its chances and what it looks back at.
import { Writer, chancesOf, choose } from "./transforming.js";

const BEGIN = "ROMEO";
const WRITES = 240; // characters a run
const PACE = 45; // milliseconds between two
const ROWS = 8; // of the bars
const PAUSE = 700; // milliseconds without a key before the answer is read out
const SIGNS = { " ": "␣", "\n": "↵" };
const NAMES = { " ": "a space", "\n": "a new line" };
let demos = 0;

/** A share as per cent; nearly sure is not rounded up to sure. */
const percent = (share) => (share > 0.9995 ? "> 99.9 %" : `${(100 * share).toFixed(1)} %`);

const TEMPLATE = (id) => `
  <div class="live-writer">
    <div class="live-writer-begin">
      <label for="${id}-begin">Begin a text</label>
      <textarea id="${id}-begin" rows="2" maxlength="400" spellcheck="false" autocomplete="off"></textarea>
    </div>
    <div class="live-controls">
      <span class="live-where"><label for="${id}-heat">Temperature</label> <input type="range" id="${id}-heat" min="0.2" max="1.6" step="0.1" value="0.8"> <output for="${id}-heat"></output></span>
      <span class="live-where"><label for="${id}-top">Top-k</label> <input type="range" id="${id}-top" min="1" max="79" step="1" value="20"> <output for="${id}-top"></output></span>
      <span><label for="${id}-head">Looks back</label> <select id="${id}-head"></select></span>
    </div>
    <div class="live-controls">
      <button type="button" class="live-button" data-act="write">Write</button>
      <button type="button" class="live-button" data-act="one">One character</button>
      <button type="button" class="live-button" data-act="again">Begin again</button>
    </div>
    <div class="live-writer-body">
      <p class="live-writer-text" role="group" aria-label="The text" tabindex="0"></p>
      <div>
        <p class="live-answer"></p>
        <ol class="live-bars" role="list" aria-label="Chances of the next character"></ol>
      </div>
    </div>
  </div>
  <p class="live-status" role="status"></p>`;

/** Build the demo in `root`; returns the network, and functions for tests and for the console. */
export function mount(root, { weights, signal }) {
  const network = new Writer(weights), id = `live-writer-${++demos}`;
  const less = matchMedia("(prefers-reduced-motion: reduce)");
  root.innerHTML = TEMPLATE(id);
  const $ = (selector) => root.querySelector(selector);
  const on = (target, type, listener) => target.addEventListener(type, listener, { signal });
  const [begin, heat, top, head] = ["begin", "heat", "top", "head"].map((name) => $(`#${id}-${name}`));
  const [field, answer, status, writeButton] = [$(".live-writer-text"), $(".live-answer"), $(".live-status"), $("[data-act=write]")];
  let numbers = [], typed = 0, start = 0; // the text, how much the reader typed, where the window starts
  let scores = null, timer = 0, left = 0, quiet = 0, told = null;

  const bars = Array.from({ length: ROWS }, () => {
    const row = document.createElement("li");
    row.innerHTML = `<span></span><span class="live-bar"></span><span></span>`;
    return row;
  });
  $(".live-bars").replaceChildren(...bars);
  head.append(new Option("all heads", ""));
  for (let block = 0; block < network.depth; block++)
    for (let one = 0; one < network.heads; one++)
      head.append(new Option(`layer ${block + 1}, head ${one + 1}`, `${block} ${one}`));
  top.max = network.characters.length;

  /** Read a part of the text into an empty window. */
  function readFrom(place) {
    network.forget();
    start = place;
    scores = null;
    for (const number of numbers.slice(place)) scores = network.read(number);
  }

  /** Take what the reader typed as the text. */
  function take() {
    stop();
    const { numbers: found, unknown } = network.encode(begin.value);
    numbers = found;
    typed = numbers.length;
    readFrom(Math.max(0, numbers.length - network.length));
    show(unknown);
    announceSoon();
  }

  const chances = () => scores && chancesOf(scores, Number(heat.value), Number(top.value));

  /** Draw one character, and read it; a full window goes on from its second half. */
  function writeOne() {
    if (!scores) return;
    numbers.push(choose(chances(), Math.random()));
    if (numbers.length - start > network.length) readFrom(numbers.length - network.length / 2);
    else scores = network.read(numbers.at(-1));
  }

  /** How much each place of the window is looked at, by the chosen head or in the mean. */
  function looked() {
    if (!network.weights) return [];
    const [block, one] = head.value.split(" ").map(Number);
    if (head.value) return network.weights[block][one];
    const all = network.weights.flat();
    return all[0].map((_, place) => all.reduce((sum, each) => sum + each[place], 0) / all.length);
  }

  function show(unknown = []) {
    heat.nextElementSibling.textContent = Number(heat.value).toFixed(1);
    top.nextElementSibling.textContent = top.value;
    const shares = looked(), most = Math.max(...shares, 1e-9);
    field.replaceChildren(...numbers.map((number, place) => {
      const span = document.createElement("span"), character = network.characters[number];
      span.textContent = character === "\n" ? "↵\n" : character;
      span.style.setProperty("--look", `${(35 * (shares[place - start] ?? 0)) / most}%`);
      span.classList.toggle("live-writer-typed", place < typed);
      return span;
    }));
    field.scrollTop = field.scrollHeight;
    showBars(unknown);
  }

  function showBars(unknown) {
    const found = chances();
    const order = found ? [...found.keys()].sort((a, b) => found[b] - found[a]) : [];
    bars.forEach((row, n) => {
      const character = network.characters[order[n]], share = found?.[order[n]] ?? 0;
      row.style.setProperty("--share", share);
      row.firstChild.textContent = share ? SIGNS[character] ?? character : "–";
      row.lastChild.textContent = share ? percent(share) : "–";
      row.classList.toggle("live-best", n === 0 && share > 0);
    });
    const best = network.characters[order[0]];
    const refused = unknown.length ? `Left out, because the plays have none: ${unknown.join(" ")} ` : "";
    answer.textContent = refused + (found ? `Likeliest next: ${NAMES[best] ?? best} (${percent(found[order[0]])}).`
      : "Type something for it to go on from.");
  }

  /** Read the answer out once the reader has paused. */
  function announceSoon() {
    clearTimeout(quiet);
    quiet = setTimeout(() => {
      if (told !== answer.textContent) status.textContent = told = answer.textContent;
    }, PAUSE);
  }

  function stop() {
    clearTimeout(timer);
    timer = left = 0;
    writeButton.textContent = "Write";
  }

  function finish() {
    stop();
    const text = numbers.slice(-60).map((number) => network.characters[number]).join("");
    status.textContent = `It stopped writing. The end of its text: ${text}`;
  }

  /** Write on, a character at a time; all at once for readers who want less motion. */
  function run() {
    if (less.matches) while (left-- > 0) writeOne();
    else writeOne();
    show();
    if (--left > 0) timer = setTimeout(run, PACE);
    else finish();
  }

  on(writeButton, "click", () => {
    if (left > 0) return finish();
    if (!scores) return show();
    left = WRITES;
    writeButton.textContent = "Stop";
    run();
  });
  on($("[data-act=one]"), "click", () => { stop(); writeOne(); show(); announceSoon(); });
  on($("[data-act=again]"), "click", take);
  on(begin, "input", take);
  for (const control of [heat, top, head]) on(control, "input", () => { show(); announceSoon(); });
  signal.addEventListener("abort", () => { clearTimeout(timer); clearTimeout(quiet); }, { once: true });

  begin.value = BEGIN;
  take();
  clearTimeout(quiet); // nobody asked for the first answer, so it is not read out
  told = answer.textContent;
  return { network, chances, looked, text: () => numbers.map((number) => network.characters[number]).join("") };
}
