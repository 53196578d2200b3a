// The reader writes a rule, a feature and a threshold; held-out digits judge it, and a neuron.
import { createCanvas, largest, paint, readColours } from "./paint.js";
import pairs from "./rule_digits.js";
import { FEATURES, SIDE, bestRule, countRight, neuron, unpack } from "./rule_features.js";

const [COLUMNS, ROWS] = [24, 7]; // places for digits in the field
const STEPS = 240; // of the slider
const START = 0.2; // the first threshold, which leaves something to do
const PAUSE = 600; // milliseconds without a change before the scores are read out
let demos = 0;

const named = (digit) => `${digit === 8 ? "an" : "a"} <b>${digit}</b>`;
const TEMPLATE = (id) => `
  <div class="live-head">
    <div class="live-controls">
      <span class="live-rule-pairs" role="group" aria-label="Digits"></span>
      <span><label for="${id}-feature">Feature</label> <select id="${id}-feature"></select></span>
    </div>
    <button type="button" class="live-button live-rule-best">Best threshold</button>
  </div>
  <div class="live-frame live-rule-field">
    <canvas role="img" aria-label="Thirty-two digits in a row of columns, and the threshold between them"></canvas>
    <span class="live-rule-line"></span>
  </div>
  <div class="live-controls live-rule-slider">
    <label for="${id}-threshold">Threshold</label>
    <input type="range" id="${id}-threshold" min="0" max="${STEPS}" step="1">
  </div>
  <p class="live-answer"></p>
  <div class="live-rule-scores">
    <div>
      <p class="live-rule-name">your rule</p>
      <p class="live-rule-count"><b></b> <span></span></p><span class="live-bar"></span>
      <p class="live-rule-seen"></p>
    </div>
    <div>
      <p class="live-rule-name">a neuron, after 800 examples</p>
      <p class="live-rule-count"><b></b> <span></span></p><span class="live-bar"></span>
      <p class="live-rule-seen"></p>
    </div>
    <canvas class="live-rule-weights" role="img" aria-label="The neuron's weights"></canvas>
  </div>
  <p class="live-status" role="status"></p>`;

/** Build the demo in `root`; returns what tests ask for. */
export function mount(root, { signal }) {
  const id = `live-rule-${++demos}`;
  root.innerHTML = TEMPLATE(id);
  const $ = (selector) => root.querySelector(selector);
  const on = (target, type, listener) => target.addEventListener(type, listener, { signal });
  const [field, weights] = root.querySelectorAll("canvas");
  const [select, slider, status] = [$("select"), $("input"), $(".live-status")];
  const [ours, theirs] = $(".live-rule-scores").children;
  const both = pairs.map(unpack);
  let colours = readColours(root), timer = 0;
  let pair, feature, values, held, rule;

  Object.assign(field, { width: COLUMNS * SIDE, height: ROWS * SIDE });
  Object.assign(weights, { width: SIDE, height: SIDE });

  const low = () => Math.min(...values), high = () => Math.max(...values);
  /** Where a value stands in the field, from 0 to 1; half a digit is left on either side. */
  const place = (value) =>
    0.5 / COLUMNS + ((value - low()) / (high() - low())) * (1 - 1 / COLUMNS);
  const valueAt = (share) =>
    low() + ((share - 0.5 / COLUMNS) / (1 - 1 / COLUMNS)) * (high() - low());

  /** Measure all digits of a pair; then the reader may move the threshold. */
  function choose(newPair, newFeature, threshold) {
    [pair, feature] = [newPair, newFeature];
    [values, held] = [pair.seen, pair.held].map((images) => images.map(feature.of));
    for (const [n, button] of [...$(".live-rule-pairs").children].entries())
      button.ariaPressed = both[n] === pair;
    move(threshold ?? valueAt(0.5));
    showNeuron();
  }

  /** Take a threshold; the answer above it is the one that is right more often on what is seen. */
  function move(threshold) {
    rule = bestRule(values, pair.seenAnswers, [threshold]);
    slider.value = Math.round(STEPS * place(threshold));
    slider.setAttribute("aria-valuetext", threshold.toFixed(feature.digits));
    const [less, more] = [1 - rule.above, rule.above].map((kind) => named(pair.digits[kind]));
    $(".live-answer").innerHTML = `Your rule: ${more} if <b>${feature.name}</b> is more than `
      + `<b>${threshold.toFixed(feature.digits)}</b>, else ${less}.`;
    show(ours, countRight(held, pair.heldAnswers, rule), held.length);
    $(".live-rule-seen").textContent = `${rule.right} of the ${values.length} above`;
    $(".live-rule-line").style.left = `${100 * place(threshold)}%`;
    draw();
    announceSoon();
  }

  function show(box, right, count) {
    box.querySelector("b").textContent = right;
    box.querySelector("p > span").textContent = `of ${count} held-out digits`;
    box.querySelector(".live-bar").style.setProperty("--share", right / count);
  }

  function showNeuron() {
    const sums = pair.held.map((image) => neuron(image, pair.weights, pair.bias));
    const right = countRight(sums, pair.heldAnswers, { threshold: 0, above: 1 });
    show(theirs, right, sums.length);
    theirs.lastElementChild.textContent = "784 weights, no feature";
    paint(weights, pair.weights, largest(pair.weights), colours);
  }

  /** Lay the digits in columns; those that the rule gets wrong are framed. */
  function draw() {
    const context = field.getContext("2d"), stamp = createCanvas(SIDE);
    const columns = values.map((value) =>
      Math.max(0, Math.min(COLUMNS - 1, Math.floor(place(value) * COLUMNS))));
    const stacked = Array(COLUMNS).fill(0), full = Array(COLUMNS).fill(0);
    for (const column of columns) full[column] += 1;
    context.clearRect(0, 0, field.width, field.height);
    pair.seen.forEach((image, n) => {
      const column = columns[n], pitch = Math.min(SIDE, ((ROWS - 1) * SIDE) / Math.max(1, full[column] - 1));
      const [x, y] = [column * SIDE, Math.round((ROWS - 1) * SIDE - pitch * stacked[column]++)];
      const kind = pair.seenAnswers[n];
      paint(stamp, Float32Array.from(image, (pixel) => (kind ? pixel : -pixel)), 1, colours);
      context.drawImage(stamp, x, y);
      if ((values[n] > rule.threshold ? rule.above : 1 - rule.above) !== kind) {
        context.strokeStyle = `rgb(${colours.ink})`;
        context.strokeRect(x + 0.5, y + 0.5, SIDE - 1, SIDE - 1);
      }
    });
  }

  /** Read the scores out once the reader has paused. */
  function announceSoon() {
    clearTimeout(timer);
    timer = setTimeout(() => {
      const [mine, neurons] = [ours, theirs].map((box) => box.querySelector("b").textContent);
      status.textContent = `Your rule: ${mine} of ${held.length} held-out digits right; the neuron: ${neurons}.`;
    }, PAUSE);
  }

  function onPointer(event) {
    if (event.type === "pointermove" && !event.buttons) return;
    const box = field.getBoundingClientRect();
    const share = Math.max(0, Math.min(1, (event.clientX - box.left) / box.width));
    move(valueAt(share));
  }

  for (const each of both) {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className: "live-button", textContent: each.digits.join(" or ") });
    on(button, "click", () => choose(each, feature));
    $(".live-rule-pairs").append(button);
  }
  FEATURES.forEach(({ name }, n) => select.append(new Option(name, n)));
  on(select, "change", () => choose(pair, FEATURES[select.value]));
  on(slider, "input", () => move(valueAt(slider.value / STEPS)));
  on($(".live-rule-best"), "click", () => move(bestRule(values, pair.seenAnswers).threshold));
  on(field, "pointerdown", onPointer);
  on(field, "pointermove", onPointer);

  // The theme's switch between light and dark changes an attribute of the body.
  const watcher = new MutationObserver(() => {
    colours = readColours(root);
    draw();
    showNeuron();
  });
  watcher.observe(document.body, { attributeFilter: ["data-md-color-scheme"] });
  signal.addEventListener("abort", () => {
    watcher.disconnect();
    clearTimeout(timer);
  }, { once: true });

  choose(both[0], FEATURES[0], START);
  clearTimeout(timer); // nobody asked for the first scores, so they are not read out
  return { pairs: both, scores: () => [ours, theirs].map((box) => +box.querySelector("b").textContent) };
}
