// A photograph under each change, by sliders and by random draws.
import { NOTHING, RANGES, change, draw } from "./augment_changes.js";
import { HEIGHT, PIXELS, WIDTH } from "./augment_picture.js";
import { createCanvas } from "./paint.js";

const COPIES = 12; // random draws in view
const PAUSE = 600; // milliseconds without a change before it is read out
const SLIDERS = [
  ["zoom", "Crop", (v) => `${Math.round(100 * v)} % of the edge`],
  ["down", "Down", (v) => `${Math.round(100 * v)} %`],
  ["right", "Right", (v) => `${Math.round(100 * v)} %`],
  ["degrees", "Turn", (v) => `${Math.round(v)}°`],
  ["saturation", "Saturation", (v) => `× ${v.toFixed(2)}`],
  ["contrast", "Contrast", (v) => `× ${v.toFixed(2)}`],
  ["brightness", "Brightness", (v) => `× ${v.toFixed(2)}`],
  ["blur", "Blur", (v) => `${v.toFixed(2)} pixels`],
  ["erase", "Erase", (v) => `${Math.round(100 * v)} % of the edge`],
  ["row", "… how far down", (v) => `${Math.round(100 * v)} %`],
  ["column", "… how far right", (v) => `${Math.round(100 * v)} %`],
];
let demos = 0;

const slider = (id, [name, label]) => {
  const [low, high] = RANGES[name];
  return `<label for="${id}-${name}">${label}</label>
    <input type="range" id="${id}-${name}" name="${name}" min="${low}" max="${high}" step="any">
    <output for="${id}-${name}"></output>`;
};
const TEMPLATE = (id) => `
  <div class="live-head">
    <label><input type="checkbox" name="flip"> Mirror</label>
    <span class="live-augment-buttons">
      <button type="button" class="live-button live-augment-draw">Draw at random</button>
      <button type="button" class="live-button live-augment-reset">Change nothing</button>
    </span>
  </div>
  <div class="live-augment-body">
    <canvas class="live-augment-large" role="img" aria-label="The photograph, changed as the sliders say"></canvas>
    <div class="live-augment-sliders">${SLIDERS.map((each) => slider(id, each)).join("")}</div>
  </div>
  <p class="live-augment-title">Twelve random draws; choose one to see its numbers</p>
  <div class="live-augment-copies"></div>
  <p class="live-status" role="status"></p>`;

/** The packaged photograph, its bytes turned into numbers in [0, 1]. */
export function unpack() {
  const bytes = Uint8Array.from(atob(PIXELS), (letter) => letter.charCodeAt(0));
  return { data: Float64Array.from(bytes, (byte) => byte / 255), height: HEIGHT, width: WIDTH };
}

function show(canvas, { data, height, width }) {
  const image = new ImageData(width, height);
  for (let n = 0; n < height * width; n++) {
    for (let c = 0; c < 3; c++) image.data[4 * n + c] = Math.round(255 * data[3 * n + c]);
    image.data[4 * n + 3] = 255;
  }
  canvas.getContext("2d").putImageData(image, 0, 0);
}

/** Build the demo in `root`; returns what tests ask for. */
export function mount(root, { signal }) {
  root.innerHTML = TEMPLATE(`live-augment-${++demos}`);
  const $ = (selector) => root.querySelector(selector);
  const on = (target, type, listener) => target.addEventListener(type, listener, { signal });
  const [large, status, picture] = [$(".live-augment-large"), $(".live-status"), unpack()];
  let numbers = { ...NOTHING }, draws = [], timer = 0;
  Object.assign(large, { width: WIDTH, height: HEIGHT });

  function refresh() {
    show(large, change(picture, numbers));
    $("[name=flip]").checked = numbers.flip === 1;
    for (const [name, , text] of SLIDERS) {
      const input = $(`[name=${name}]`);
      input.value = numbers[name];
      input.setAttribute("aria-valuetext", text(numbers[name]));
      input.nextElementSibling.textContent = text(numbers[name]);
    }
  }

  function set(changed) {
    numbers = { ...numbers, ...changed };
    for (const button of $(".live-augment-copies").children) button.ariaPressed = false;
    refresh();
    announceSoon("The picture is changed.");
  }

  function drawAll() {
    draws = Array.from({ length: COPIES }, () => draw());
    const buttons = draws.map((numbers, n) => {
      const button = Object.assign(document.createElement("button"), { type: "button" });
      button.setAttribute("aria-label", `Draw ${n + 1}`);
      button.ariaPressed = false;
      button.append(createCanvas(WIDTH, HEIGHT));
      show(button.firstChild, change(picture, numbers));
      return button;
    });
    $(".live-augment-copies").replaceChildren(...buttons);
  }

  function announceSoon(text) {
    clearTimeout(timer);
    timer = setTimeout(() => { status.textContent = text; }, PAUSE);
  }

  on(root, "input", ({ target }) => {
    if (target.name in RANGES)
      set({ [target.name]: target.type === "checkbox" ? Number(target.checked) : target.valueAsNumber });
  });
  on($(".live-augment-reset"), "click", () => set(NOTHING));
  on($(".live-augment-draw"), "click", () => {
    drawAll();
    announceSoon("Twelve new draws.");
  });
  on($(".live-augment-copies"), "click", ({ target }) => {
    const button = target.closest("button"), buttons = [...$(".live-augment-copies").children];
    if (!button) return;
    set(draws[buttons.indexOf(button)]);
    button.ariaPressed = true;
  });
  signal.addEventListener("abort", () => clearTimeout(timer));
  drawAll();
  refresh();
  return { numbers: () => numbers, pixels: () => [...change(picture, numbers).data] };
}
