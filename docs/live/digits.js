// Draw a digit; the network of the lesson on convolutions reads it, and shows how.
import examples from "./examples.js";
import { createKernels } from "./kernels.js";
import { Network } from "./nn.js";
import { SIZE, normalise } from "./normalise.js";
import { createPad } from "./pad.js";
import { createCanvas, paint, readColours } from "./paint.js";
import { ask, createBars, createLayers, percent } from "./reading.js";
import { createTabs } from "./tabs.js";

const FIRST = 3; // the example at the start, as in the still picture
const PAUSE = 600; // milliseconds without a stroke before the answer is read out
let demos = 0;

const TEMPLATE = (id) => `
  <div class="live-head">
    <div class="live-tabs" role="tablist" aria-label="Views">
      <button type="button" role="tab" id="${id}-tab-1" aria-controls="${id}-view-1">Read a digit</button>
      <button type="button" role="tab" id="${id}-tab-2" aria-controls="${id}-view-2">Slide a kernel</button>
    </div>
    <div class="live-examples" role="group" aria-label="Examples"></div>
  </div>
  <div role="tabpanel" id="${id}-view-1" aria-labelledby="${id}-tab-1">
    <div class="live-read">
      <div class="live-draw">
        <div class="live-frame">
          <canvas class="live-pad" tabindex="0" role="application" aria-label="Drawing pad" aria-describedby="${id}-help"></canvas>
          <span class="live-marker"></span>
        </div>
        <p><button type="button" class="live-button">Clear</button> <span class="live-hint">Draw a digit.</span></p>
        <p class="live-help" id="${id}-help">Arrow keys move the pen. Hold Shift to draw, or press Space to put the pen down and to lift it.</p>
      </div>
      <div class="live-seen"><p>what the network sees <span>(28, 28)</span></p></div>
      <div class="live-result">
        <p class="live-answer"></p>
        <ol class="live-bars" role="list" aria-label="Probability of each digit"></ol>
      </div>
    </div>
    <details${matchMedia("(min-width: 37.5em)").matches ? " open" : ""}>
      <summary>What each layer puts out</summary>
      <div class="live-layers"></div>
    </details>
  </div>
  <div role="tabpanel" id="${id}-view-2" aria-labelledby="${id}-tab-2" hidden></div>
  <p class="live-status" role="status"></p>`;

/** Turn the text of an example, 28 * 28 bytes in base64, into numbers in [0, 1]. */
function decode(text) {
  return Float32Array.from(atob(text), (letter) => letter.charCodeAt(0) / 255);
}

/** Build the demo in `root`; returns the network, and functions for tests and for the console. */
export function mount(root, { weights, signal }) {
  const network = new Network(weights), id = `live-${++demos}`;
  root.innerHTML = TEMPLATE(id);
  const $ = (selector) => root.querySelector(selector);
  const on = (target, type, listener) => target.addEventListener(type, listener, { signal });
  const [answer, status, seen] = [$(".live-answer"), $(".live-status"), createCanvas(SIZE)];
  const showBars = createBars($(".live-bars")), showLayers = createLayers($(".live-layers"), network);
  let colours = readColours(root);
  let image, last; // what the network sees, and what its layers make of it
  let kernels = null; // the second view, built when it is first looked at
  let frame = 0, timer = 0; // a look and an announcement that are to come
  let told = null, untouched = true; // what was read out last; only the first example is there

  const pad = createPad($(".live-pad"), $(".live-marker"), {
    signal,
    starts() {
      if (untouched) clear(); // the first example makes room; a chosen one may be drawn on
      untouched = false;
      press(null);
    },
    changed() { frame ||= requestAnimationFrame(look); },
    says(text) { status.textContent = text; },
  });

  /** Read what is on the pad, and show everything that follows from it. */
  function look() {
    frame = 0;
    if (signal.aborted) return;
    image = normalise(pad.ink(), pad.side, pad.side);
    const { outputs, probabilities } = ask(network, image);
    const best = probabilities.indexOf(Math.max(...probabilities)), empty = !image.some(Boolean);
    answer.innerHTML = empty ? "Nothing is drawn yet."
      : `The network reads a <b>${best}</b> (${percent(probabilities[best])}).`;
    showBars(empty ? null : probabilities);
    last = outputs;
    colour();
    kernels?.show(image);
    announceSoon();
    return probabilities;
  }

  /** Paint everything that is not text, in the theme's colours of this moment. */
  function colour() {
    paint(seen, image, 1, { above: colours.ink });
    showLayers(last, colours);
  }

  /** Read the answer out once the reader has paused, and only if it is another one. */
  function announceSoon() {
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (told !== answer.textContent) status.textContent = told = answer.textContent;
    }, PAUSE);
  }

  function clear() {
    pad.clear();
    press(null);
  }

  /** Lay a picture of 28 x 28 numbers on the pad, all over it or in a place of that size. */
  function lay(pixels, ...place) {
    const canvas = createCanvas(SIZE);
    paint(canvas, pixels, 1, { above: colours.ink });
    pad.clear();
    pad.lay(canvas, ...place);
    return look();
  }

  /** Show which example is on the pad. */
  function press(button) {
    for (const each of $(".live-examples").children) each.ariaPressed = each === button;
  }

  function createExample({ label, pixels }) {
    const button = document.createElement("button"), canvas = createCanvas(SIZE);
    Object.assign(button, { type: "button", ariaLabel: `example ${label}`, ariaPressed: false });
    button.append(canvas);
    on(button, "click", () => {
      untouched = false;
      press(button);
      lay(pixels);
    });
    return { button, recolour: () => paint(canvas, pixels, 1, { above: colours.ink }) };
  }

  function recolour() {
    colours = readColours(root);
    pad.colour(colours.ink);
    for (const thumbnail of thumbnails) thumbnail.recolour();
    colour();
    kernels?.colour(colours);
  }

  /** Another view was chosen; what moves in the second stops when it is left. */
  function onView(number) {
    if (number === 0) return kernels?.pause();
    if (kernels) return;
    kernels = createKernels($(`#${id}-view-2`), network, { id, signal });
    kernels.colour(colours);
    kernels.show(image);
  }

  const thumbnails = examples.map(({ label, pixels }) =>
    createExample({ label, pixels: decode(pixels) }));
  $(".live-examples").append(...thumbnails.map(({ button }) => button));
  $(".live-seen").prepend(seen);
  on($(".live-draw button"), "click", () => { untouched = false; clear(); look(); });
  createTabs($("[role=tablist]"), { signal, changed: onView });

  // The theme's switch between light and dark changes an attribute of the body.
  const watcher = new MutationObserver(recolour);
  watcher.observe(document.body, { attributeFilter: ["data-md-color-scheme"] });
  signal.addEventListener("abort", () => {
    watcher.disconnect();
    clearTimeout(timer);
    cancelAnimationFrame(frame);
  }, { once: true });

  pad.colour(colours.ink);
  for (const thumbnail of thumbnails) thumbnail.recolour();
  press(thumbnails[FIRST].button);
  lay(decode(examples[FIRST].pixels));
  told = answer.textContent; // which nobody asked for, so it is not read out
  return { network, lay, ask: (pixels) => ask(network, pixels).probabilities };
}
