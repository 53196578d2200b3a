// The reader chooses an architecture and scales it; its parameters and multiply-adds, by stage.
import { createChoice } from "./choice.js";
import { NETWORKS, countByStage, totals } from "./sizes_networks.js";

const PAUSE = 600; // milliseconds without a change before the totals are read out
const FIRST = "alexnet";
const NAMES = { width: "Width", depth: "Depth", size: "Resolution" };
const RANGES = { // of the sliders, and by what their numbers are divided
  width: { min: 5, max: 40, over: 20 },
  depth: { min: 5, max: 40, over: 10 },
  size: { min: 96, max: 600, over: 1 },
};
let demos = 0;

const TEMPLATE = (id) => `
  <div class="live-sizes">
    <fieldset></fieldset>
    <div class="live-sizes-sliders">${Object.entries(NAMES).map(([key, name]) => `
      <label class="live-sizes-slider" for="${id}-${key}"><span>${name}</span>
        <input type="range" id="${id}-${key}" min="${RANGES[key].min}" max="${RANGES[key].max}" step="1">
        <output for="${id}-${key}"></output></label>`).join("")}
      <button type="button" class="live-button">As published</button>
    </div>
    <p class="live-answer"></p>
    <table class="live-sizes-table">
      <caption>Each bar is a stage's share of the whole network.</caption>
      <thead><tr><th scope="col">stage</th><th scope="col">parameters</th><th scope="col">multiply–adds</th></tr></thead>
      <tbody></tbody>
    </table>
    <p class="live-status" role="status"></p>
  </div>`;

const whole = (number) => number.toLocaleString("en");

/** A number of operations in words: 724 million, 15.5 billion. */
export function rounded(number) {
  const [unit, name] = number >= 999.5e6 ? [1e9, "billion"] : [1e6, "million"];
  const value = number / unit;
  return `${value >= 99.95 ? whole(Math.round(value)) : Number(value.toPrecision(3))} ${name}`;
}

/** How a scaled network compares with the published one: × 2.01. */
function times(now, then) {
  const factor = now / then;
  return `× ${factor >= 100 ? whole(Math.round(factor)) : Number(factor.toPrecision(3))}`;
}

/** Build the demo in `root`; returns what tests ask for. */
export function mount(root, { signal }) {
  const id = `live-sizes-${++demos}`;
  root.innerHTML = TEMPLATE(id);
  const $ = (selector) => root.querySelector(selector);
  const on = (target, type, listener) => target.addEventListener(type, listener, { signal });
  const sliders = Object.fromEntries(Object.keys(NAMES).map((key) => [key, $(`#${id}-${key}`)]));
  const [body, status] = [$("tbody"), $(".live-status")];
  let chosen = FIRST, timer = 0, sentence = "";

  const value = (key) => Number(sliders[key].value) / RANGES[key].over;
  const settings = () => ({ width: value("width"), depth: value("depth"), size: value("size") });

  /** Put the sliders where the published network is. */
  function publish() {
    for (const [key, at] of Object.entries({ width: 1, depth: 1, size: NETWORKS[chosen].size }))
      sliders[key].value = Math.round(at * RANGES[key].over);
  }

  function show() {
    const { name, size } = NETWORKS[chosen], how = settings();
    const stages = countByStage(chosen, how), all = totals(stages);
    const before = totals(countByStage(chosen, { size }));
    const texts = { width: `× ${how.width.toFixed(2)}`, depth: `× ${how.depth.toFixed(1)}`, size: `${how.size} px` };
    for (const [key, text] of Object.entries(texts)) {
      $(`output[for="${id}-${key}"]`).textContent = text;
      sliders[key].setAttribute("aria-valuetext", text.replace("×", "times").replace("px", "pixels"));
    }
    const same = how.width === 1 && how.depth === 1 && how.size === size;
    $(".live-answer").innerHTML = `<b>${name}</b>${same ? ", as published" : ""}: `
      + `<b>${whole(all.parameters)}</b> parameters${same ? "" : ` (${times(all.parameters, before.parameters)})`} and `
      + `<b>${rounded(all.work)}</b> multiply–adds${same ? "" : ` (${times(all.work, before.work)})`}.`;
    sentence = `${name}: ${rounded(all.parameters)} parameters, ${rounded(all.work)} multiply–adds.`;
    body.replaceChildren(...stages.map((stage) => createRow(stage, all)));
    announceSoon();
  }

  function createRow({ name, parameters, work }, all) {
    const row = document.createElement("tr");
    const cell = (number) => `<td><span class="live-bar"></span><span>${whole(number)}</span></td>`;
    row.innerHTML = `<th scope="row">${name.replace(/(\d)/, " $1")}</th>${cell(parameters)}${cell(work)}`;
    const [first, second] = row.querySelectorAll(".live-bar");
    first.style.setProperty("--share", parameters / all.parameters);
    second.style.setProperty("--share", work / all.work);
    return row;
  }

  /** Read the totals out once the reader has paused. */
  function announceSoon() {
    clearTimeout(timer);
    timer = setTimeout(() => { status.textContent = sentence; }, PAUSE);
  }

  function choose(name) {
    chosen = name;
    sliders.size.min = Math.max(RANGES.size.min, NETWORKS[name].least);
    publish();
    show();
  }

  createChoice($("fieldset"), {
    name: `${id}-network`, legend: "Architecture", chosen, signal, changed: choose,
    options: Object.fromEntries(Object.entries(NETWORKS).map(([key, { name }]) => [key, name])),
  });
  for (const slider of Object.values(sliders)) on(slider, "input", show);
  on($("button"), "click", () => { publish(); show(); });
  signal.addEventListener("abort", () => clearTimeout(timer), { once: true });

  choose(FIRST);
  clearTimeout(timer); // nobody asked for the first totals, so they are not read out
  return { counts: () => countByStage(chosen, settings()), settings };
}
