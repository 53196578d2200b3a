// A kernel slides over a picture: in each place its weights multiply the pixels below, and the
// sum is one pixel of the response.
import { SIZE } from "./normalise.js";
import { layers, tensor, written } from "./nn.js";
import { createCanvas, largest, paint } from "./paint.js";

const PRESETS = {
  "upright edge": [-1, 0, 1, -1, 0, 1, -1, 0, 1],
  "level edge": [-1, -1, -1, 0, 0, 0, 1, 1, 1],
  blur: Array(9).fill(1 / 9),
  sharpen: [0, -1, 0, -1, 5, -1, 0, -1, 0],
  "move right": [0, 0, 0, 1, 0, 0, 0, 0, 0],
};
const WALK = { every: 25, rows: false }; // milliseconds a place
const STILL = { every: 900, rows: true }; // for who asked for less motion: a row at a time

const TEMPLATE = (id) => `
  <div class="live-controls">
    <span><label for="${id}-choice">Kernel</label> <select id="${id}-choice"></select></span>
    <button type="button" class="live-button">Play</button>
    <span class="live-where"><label for="${id}-place">Place</label> <input type="range" id="${id}-place" min="0" step="1"></span>
  </div>
  <div class="live-slide">
    <div><div class="live-frame"><span class="live-patch"></span></div><p>picture <span>${written([SIZE, SIZE])}</span></p></div>
    <div><div class="live-frame"><span class="live-patch"></span></div><p>response <span></span></p></div>
  </div>
  <div class="live-sum">
    <div role="group" aria-labelledby="${id}-patch"><p id="${id}-patch">patch</p><div class="live-numbers"></div></div>
    <span aria-hidden="true">×</span>
    <div role="group" aria-labelledby="${id}-kernel"><p id="${id}-kernel">kernel</p><div class="live-numbers"></div></div>
    <span aria-hidden="true">=</span>
    <div role="group" aria-labelledby="${id}-products"><p id="${id}-products">products</p><div class="live-numbers"></div></div>
  </div>
  <p class="live-answer"></p>`;

/** A number in few signs, with a true minus. */
const short = (value) => (Math.abs(value) < 0.005 ? "0" : value.toFixed(2).replace("-", "−"));

/** The network's own kernels: those of its first layer, each with one channel. */
function learned(network) {
  const { shape: [count, , k, l], data } = network.layers[0].options.weight;
  return Object.fromEntries(Array.from({ length: count }, (_, n) =>
    [`learned, ${n + 1} of ${count}`, data.subarray(n * k * l, (n + 1) * k * l)]));
}

/** Build the view in `host`; returns show(image), colour(colours) and pause(). */
export function createKernels(host, network, { id, signal }) {
  host.innerHTML = TEMPLATE(id);
  const [select, button, slider] = host.querySelectorAll("select, button, [type=range]");
  const [frame, responseFrame] = host.querySelectorAll(".live-frame");
  const [patchBox, kernelBox, productBox] = host.querySelectorAll(".live-numbers");
  const [answer, responseShape] = [host.querySelector(".live-answer"), host.querySelectorAll(".live-slide p span")[1]];
  const choices = { ...PRESETS, ...learned(network) };
  const less = matchMedia("(prefers-reduced-motion: reduce)");
  let image = new Float32Array(SIZE * SIZE), kernel, response, colours, side;
  let since = null; // when the last place was reached, while it plays

  const picture = createCanvas(SIZE);
  frame.prepend(picture);

  function fillSelect() {
    const option = (name) => Object.assign(document.createElement("option"), { value: name, textContent: name });
    const group = (label, names) => {
      const element = Object.assign(document.createElement("optgroup"), { label });
      element.append(...names.map(option));
      return element;
    };
    select.append(
      group("By hand", [...Object.keys(PRESETS), "your own"]),
      group("By the network", Object.keys(choices).slice(Object.keys(PRESETS).length)),
    );
  }

  /** Make boxes for the numbers of a kernel; only those of 3 x 3 are the reader's to change. */
  function choose(weights) {
    kernel = Float32Array.from(weights);
    side = Math.sqrt(kernel.length);
    for (const box of [patchBox, productBox, kernelBox]) {
      box.style.setProperty("--side", side);
      const cells = Array.from(kernel, (value, n) => box === kernelBox ? field(value, n) : document.createElement("span"));
      box.replaceChildren(...cells);
    }
    respond();
    go(Math.min(slider.value, slider.max));
  }

  function field(value, n) {
    const input = document.createElement("input");
    Object.assign(input, { type: "number", step: 0.1, value: +value.toFixed(2), readOnly: side !== 3 });
    input.setAttribute("aria-label", `row ${Math.floor(n / side) + 1}, column ${n % side + 1}`);
    return input;
  }

  /** The whole response, as the lesson's layer computes it. */
  function respond() {
    const weight = tensor([1, 1, side, side], kernel);
    response = layers.conv2d(tensor([1, SIZE, SIZE], image), { weight });
    const [, rows, columns] = response.shape;
    slider.max = rows * columns - 1;
    responseShape.textContent = written([rows, columns]);
    const canvas = createCanvas(columns, rows);
    responseFrame.querySelector("canvas")?.remove();
    responseFrame.prepend(canvas);
  }

  /** Show one place: the patch, its products with the kernel, and the response so far. */
  function go(place) {
    slider.value = place;
    const columns = response.shape[2];
    const [row, column] = [Math.floor(slider.value / columns), slider.value % columns];
    const patch = Array.from(kernel, (_, n) =>
      image[(row + Math.floor(n / side)) * SIZE + column + n % side]);
    fill(patchBox, patch, 1);
    fill(productBox, patch.map((value, n) => value * kernel[n]), largest(kernel));
    tint(kernelBox, kernel, largest(kernel));
    put(frame, row, column, side, SIZE);
    put(responseFrame, row, column, 1, columns);
    const sum = short(response.data[slider.value]);
    slider.setAttribute("aria-valuetext", `row ${row + 1}, column ${column + 1}: ${sum}`);
    answer.innerHTML = `Row ${row + 1}, column ${column + 1}: the ${kernel.length} products add up to <b>${sum}</b>.`;
    draw();
  }

  function fill(box, values, full) {
    values.forEach((value, n) => { box.children[n].textContent = short(value); });
    tint(box, values, full);
  }

  /** Tint each number's box as its pixel would be; at most by half, so that it can be read. */
  function tint(box, values, full) {
    values.forEach((value, n) => {
      box.children[n].style.setProperty("--tint", `${Math.min(1, Math.abs(value) / full) * 45}%`);
      box.children[n].classList.toggle("live-below", value < 0);
    });
  }

  function put(box, row, column, extent, count) {
    const { style } = box.querySelector(".live-patch");
    Object.entries({ top: row, left: column, width: extent, height: extent })
      .forEach(([property, value]) => { style[property] = `${100 * value / count}%`; });
  }

  function draw() {
    if (!colours) return;
    paint(picture, image, 1, { above: colours.ink, below: colours.ink });
    const canvas = responseFrame.querySelector("canvas");
    paint(canvas, response.data, largest(response.data), colours, +slider.value + 1);
  }

  function play() {
    if (since !== null) return pause();
    if (slider.value === slider.max) go(0);
    since = performance.now();
    button.textContent = "Pause";
    requestAnimationFrame(tick);
  }

  function pause() {
    since = null;
    button.textContent = "Play";
  }

  function tick(now) {
    if (since === null || signal.aborted) return;
    const pace = less.matches ? STILL : WALK;
    const steps = Math.max(0, Math.floor((now - since) / pace.every));
    since += steps * pace.every;
    if (steps) go(+slider.value + steps * (pace.rows ? response.shape[2] : 1));
    if (slider.value === slider.max) pause();
    else requestAnimationFrame(tick);
  }

  /** A place in the picture or in the response that was pointed at; the patch's centre goes there. */
  function point(event, box, extent) {
    if (event.type === "pointermove" && !(event.buttons & 1)) return;
    pause();
    const { left, top, width } = box.getBoundingClientRect();
    const columns = response.shape[2], cells = extent === 1 ? columns : SIZE;
    const cell = (offset) => Math.max(0, Math.min(columns - 1,
      Math.floor(offset / width * cells - (extent - 1) / 2)));
    go(cell(event.clientY - top) * columns + cell(event.clientX - left));
  }

  const on = (target, type, listener) => target.addEventListener(type, listener, { signal });
  on(select, "change", () => choose(choices[select.value] ?? kernel));
  on(button, "click", play);
  on(slider, "input", () => { pause(); go(slider.value); });
  on(kernelBox, "input", () => {
    kernel = Float32Array.from(kernelBox.children, (input) => input.valueAsNumber || 0);
    select.value = "your own";
    respond();
    go(slider.value);
  });
  for (const type of ["pointerdown", "pointermove"]) {
    on(frame, type, (event) => point(event, frame, side));
    on(responseFrame, type, (event) => point(event, responseFrame, 1));
  }

  fillSelect();
  slider.max = SIZE * SIZE;
  slider.value = 13 * 26 + 12; // about the middle
  choose(PRESETS["upright edge"]);

  return {
    pause,
    show(next) { image = next; respond(); go(slider.value); },
    colour(next) { colours = next; draw(); },
  };
}
