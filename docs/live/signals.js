// How far a signal comes through a deep network, and a gradient back, as the reader chooses its
// depth, activation and initial weights.
import { createStage, decades, line, mark, power, written } from "./chart.js";
import { createChoice } from "./choice.js";
import { SPREADS } from "./signals_draws.js";
import { DEEPEST, FIRST, WIDTH, compute, histogram, source, span, tell } from "./signals_levels.js";

const DRAWS = 4096; // before the generator comes round
const PAUSE = 600; // milliseconds without a change before the sentence is read out
const ACTIVATIONS = { linear: "linear", sigmoid: "sigmoid", tanh: "tanh", relu: "ReLU", gelu: "GELU" };
const STARTS = { small: "0.01", xavier: "Xavier", he: "He", orthogonal: "orthogonal", own: "own" };
let demos = 0;

const TEMPLATE = (id) => `
  <div class="live-signals">
    <div class="live-signals-row"><fieldset></fieldset><fieldset></fieldset></div>
    <div class="live-signals-row">
      <label class="live-signals-slider" for="${id}-depth"><span>Layers</span> <input type="range" id="${id}-depth" min="1" max="${DEEPEST}"> <output for="${id}-depth"></output></label>
      <label class="live-signals-slider" for="${id}-own"><span>Spread of the weights</span> <input type="range" id="${id}-own" min="-3" max="-0.3" step="0.02"> <output for="${id}-own"></output></label>
    </div>
    <div class="live-signals-row">
      <label><input type="checkbox" name="norm"> batch normalisation</label>
      <label><input type="checkbox" name="residual"> residual connections</label>
      <button type="button" class="live-button">New draw</button>
    </div>
    <p class="live-answer"></p>
    <div class="live-signals-charts">
      <div>
        <p id="${id}-there"><b>Forward →</b> size of what each layer puts out</p>
        <canvas role="img" aria-labelledby="${id}-there ${id}-sum-1"></canvas>
        <p class="live-signals-key"><span class="live-signals-all"></span> all numbers <span class="live-signals-apart"></span> digit from digit</p>
        <p class="live-help" id="${id}-sum-1"></p>
      </div>
      <div>
        <p id="${id}-back"><b>← Backward</b> size of the gradient on it</p>
        <canvas role="img" aria-labelledby="${id}-back ${id}-sum-2"></canvas>
        <p class="live-signals-key"><span class="live-signals-gradients"></span> all numbers</p>
        <p class="live-help" id="${id}-sum-2"></p>
      </div>
    </div>
    <p class="live-status" role="status"></p>
  </div>`;

/** Paint one chart: histograms as columns of shades, lines of standard deviations over them. */
function paintChart(context, width, height, colour, { values, lines, hue }) {
  const range = span(lines.map(({ spreads }) => spreads)), [low, high] = range;
  const [left, top, right, bottom] = [34, 6, width - 4, height - 46];
  const x = (layer) => left + (layer + 0.5) / values.length * (right - left);
  const y = (exponent) => bottom - (exponent - low) / (high - low) * (bottom - top);
  context.clearRect(0, 0, width, height);
  paintAxes(context, { x, y, left, right, bottom, range, colour, last: values.length - 1 });
  const wide = (right - left) / values.length, sheet = { context, wide, hue, left, top, bottom };
  values.forEach((each, layer) => paintColumn(sheet, x(layer), histogram(each, range)));
  const dense = values.length > 26;
  for (const { spreads, shape, dash, name } of lines) {
    const points = spreads.map((value, layer) => [x(layer), y(Math.log10(value))]).filter(([, at]) => Number.isFinite(at));
    line(context, points, colour(name), 1.75, dash);
    if (!dense) for (const point of points) mark(context, shape, ...point, 2.5, colour(name), colour("panel"));
  }
}

function paintAxes(context, { x, y, left, right, bottom, range, colour, last }) {
  context.fillStyle = colour("quiet");
  Object.assign(context, { textAlign: "right", textBaseline: "middle" });
  for (const exponent of decades(...range)) {
    line(context, [[left, y(exponent)], [right, y(exponent)]], colour("rule"), 1);
    context.fillText(power(exponent), left - 5, y(exponent));
  }
  context.fillText("0", left - 5, bottom + 17);
  context.textAlign = "center";
  const each = [1, 2, 5, 10].find((step) => last / step <= 6);
  for (let layer = 0; layer <= last; layer += each) context.fillText(layer || "in", x(layer), bottom + 35);
}

function paintColumn({ context, wide, hue, top, bottom }, middle, { bins, zeros }) {
  const most = Math.max(...bins), tall = (bottom - top) / bins.length;
  const gap = wide > 6 ? 1 : 0;
  const fill = (share, y, height) => {
    context.globalAlpha = 0.6 * Math.sqrt(share);
    context.fillStyle = hue;
    context.fillRect(middle - wide / 2, y, wide - gap, height);
  };
  bins.forEach((share, n) => { if (share) fill(share / most, bottom - (n + 1) * tall, tall + 0.4); });
  if (zeros) fill(zeros, bottom + 12, 10);
  context.globalAlpha = 1;
}

/** Build the demo in `root`; returns what it shows, for tests and for the console. */
export function mount(root, { signal }) {
  const id = `live-signals-${++demos}`, chosen = { ...FIRST }, drawn = source();
  root.innerHTML = TEMPLATE(id);
  const $ = (selector) => root.querySelector(selector);
  const on = (target, type, listener) => target.addEventListener(type, listener, { signal });
  const [first, second] = root.querySelectorAll("fieldset");
  const [depth, own] = [$(`#${id}-depth`), $(`#${id}-own`)];
  const [answer, status] = [$(".live-answer"), $(".live-status")];
  const [there, back] = root.querySelectorAll("canvas");
  let shown, frame = 0, timer = 0;

  const setActivation = createChoice(first, {
    name: `${id}-activation`, legend: "Activation", options: ACTIVATIONS, chosen: chosen.activation, signal,
    changed(activation) { change({ activation }); },
  });
  const setStart = createChoice(second, {
    name: `${id}-start`, legend: "Initial weights", options: STARTS, chosen: chosen.how, signal,
    changed(how) { change(how === "own" ? { how, own: spread() } : { how }); },
  });

  /** The standard deviation of the weights between hidden layers. */
  const spread = () => (chosen.how === "own" ? chosen.own : SPREADS[chosen.how](WIDTH, WIDTH));

  const repaint = [
    createStage(there, { signal, paint: (context, width, height, colour) => paintChart(context, width, height, colour, {
      values: shown.activations, hue: colour("above"), lines: [
        { spreads: shown.levels.activations, shape: "circle", dash: [], name: "above" },
        { spreads: shown.levels.differences, shape: "square", dash: [4, 3], name: "ink" },
      ],
    }) }),
    createStage(back, { signal, paint: (context, width, height, colour) => paintChart(context, width, height, colour, {
      values: shown.gradients, hue: colour("below"),
      lines: [{ spreads: shown.levels.gradients, shape: "triangle", dash: [], name: "below" }],
    }) }),
  ];

  function change(changes) {
    Object.assign(chosen, changes);
    setActivation(chosen.activation);
    setStart(chosen.how);
    showControls();
    frame ||= requestAnimationFrame(show);
    clearTimeout(timer);
    timer = setTimeout(() => { status.textContent = answer.textContent; }, PAUSE);
  }

  function showControls() {
    depth.value = depth.nextElementSibling.textContent = chosen.depth;
    own.value = Math.log10(spread());
    own.nextElementSibling.textContent = Number(spread().toPrecision(2));
    own.setAttribute("aria-valuetext", own.nextElementSibling.textContent);
  }

  function show() {
    frame = 0;
    if (signal.aborted) return;
    shown = compute(chosen, drawn);
    const { activations, gradients } = shown.levels, middle = Math.ceil(chosen.depth / 2);
    answer.innerHTML = tell(shown.levels);
    $(`#${id}-sum-1`).textContent = `Standard deviation ${written(activations[0])} at the input, ${written(activations[middle])} at layer ${middle}, ${written(activations.at(-1))} at layer ${chosen.depth}.`;
    $(`#${id}-sum-2`).textContent = `Standard deviation ${written(gradients.at(-1))} at layer ${chosen.depth}, ${written(gradients[middle])} at layer ${middle}, ${written(gradients[0])} at the input.`;
    for (const paint of repaint) paint();
  }

  on(depth, "input", () => change({ depth: depth.valueAsNumber }));
  on(own, "input", () => change({ how: "own", own: 10 ** own.valueAsNumber }));
  on($(".live-button"), "click", () => change({ draw: (chosen.draw + 1) % DRAWS }));
  for (const box of root.querySelectorAll("[type=checkbox]"))
    on(box, "change", () => change({ [box.name]: box.checked }));
  signal.addEventListener("abort", () => {
    clearTimeout(timer);
    cancelAnimationFrame(frame);
  }, { once: true });

  showControls();
  show();
  return { chosen, change, shown: () => shown };
}
