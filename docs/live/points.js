// Points of two classes, placed by the reader, and a perceptron or a small network that learns to
// tell them apart while one watches.
import { SET_NAMES, correctNext, countWrong, createNetwork, createPoints, createRandom, probability, score, step } from "./mlp.js";
import { createCanvas, paint, readColours } from "./paint.js";

const SIDE = 400; // the board's own pixels; its corners are (-1, -1) and (1, 1)
const CELLS = 50; // of the coloured regions, along a side
const CURVE = [400, 110];
const NEAR = 0.07; // a click this near to a point takes it away
const KEY = 0.1; // how far an arrow key goes
const RATES = [0.01, 0.03, 0.1, 0.3, 1, 3, 10];
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
const PACE = { network: { every: 16, steps: 4 }, perceptron: { every: 120, steps: 1 } };
const STILL = { network: { every: 900, steps: 200 }, perceptron: { every: 900, steps: 4 } }; // with less motion
const END = { steps: 6000, loss: 0.02, corrections: 300 };
let demos = 0;

const TEMPLATE = (id) => `
  <div class="live-points">
    <div class="live-points-board">
      <div class="live-frame">
        <canvas class="live-points-canvas" tabindex="0" role="application" aria-label="Board of points" aria-describedby="${id}-help"></canvas>
        <span class="live-marker"></span>
      </div>
      <fieldset class="live-points-class"><legend>A click places</legend>
        <label><input type="radio" name="${id}-class" value="1" checked> <span class="live-above">■</span> a square</label>
        <label><input type="radio" name="${id}-class" value="0"> <span class="live-below">●</span> a circle</label>
      </fieldset>
      <p class="live-help" id="${id}-help">Arrow keys move the cursor. Space places a point, or takes one away. Press S for squares, C for circles.</p>
    </div>
    <div class="live-points-panel">
      <div class="live-points-sets" role="group" aria-label="Points to start from"></div>
      <div class="live-controls">
        <span><label for="${id}-net">Network</label> <select id="${id}-net"></select></span>
        <span><label for="${id}-act">Activation</label> <select id="${id}-act"><option>tanh</option><option>sigmoid</option><option value="relu">ReLU</option></select></span>
        <span class="live-where"><label for="${id}-rate">Learning rate</label> <input type="range" id="${id}-rate" min="0" max="${RATES.length - 1}" step="1" value="4"> <output for="${id}-rate"></output></span>
      </div>
      <div class="live-controls">
        <button type="button" class="live-button" data-act="play">Play</button>
        <button type="button" class="live-button" data-act="step">Step</button>
        <button type="button" class="live-button" data-act="reset">New start</button>
      </div>
      <p class="live-answer"></p>
      <div><canvas class="live-points-curve" role="img"></canvas><p class="live-points-axis"></p></div>
    </div>
  </div>
  <p class="live-status" role="status"></p>`;

/** Build the demo in `root`; returns its network and points, for tests and for the console. */
export function mount(root, { signal }) {
  const id = `live-points-${++demos}`, less = matchMedia("(prefers-reduced-motion: reduce)");
  root.innerHTML = TEMPLATE(id);
  const $ = (selector) => root.querySelector(selector);
  const on = (target, type, listener) => target.addEventListener(type, listener, { signal });
  const [board, marker, curve] = [$(".live-points-canvas"), $(".live-marker"), $(".live-points-curve")];
  const [netChoice, actChoice, rateSlider] = root.querySelectorAll("select, input[type=range]");
  const [playButton, stepButton, resetButton] = root.querySelectorAll("[data-act]");
  const regions = createCanvas(CELLS);
  let colours = readColours(root);
  let points = createPoints("XOR"), chosen = "XOR", seed = 1, cursor = [0, 0];
  let network, history, taken, at; // losses or wrong points so far; steps or corrections; the next point
  let since = null, frame = 0; // when the last steps were taken, while it plays

  Object.assign(board, { width: SIDE, height: SIDE });
  Object.assign(curve, { width: CURVE[0], height: CURVE[1] });

  const isPerceptron = () => netChoice.value === "perceptron";
  const rate = () => RATES[rateSlider.value];

  /** Forget what was learned; the same seed gives the same weights. */
  function restart() {
    pause();
    const hidden = isPerceptron() ? 0 : +netChoice.value;
    network = createNetwork(hidden, actChoice.value, createRandom(seed));
    actChoice.disabled = hidden === 0;
    [history, taken, at] = [[], 0, 0];
    show();
  }

  /** Take so many steps; returns what to say if the run is over, else nothing. */
  function advance(steps) {
    for (let n = 0; n < steps; n++) {
      const over = isPerceptron() ? correctOne() : descend();
      if (over) return over;
    }
    return null;
  }

  function correctOne() {
    if (!history.length) history.push(countWrong(network, points));
    at = correctNext(network, points, at, rate());
    if (at < 0) {
      at = 0;
      return `Every point is on its side after ${counted(taken, "correction")}.`;
    }
    taken += 1;
    history.push(countWrong(network, points));
    return taken % END.corrections ? null : `Stopped after ${taken} corrections, with ${counted(countWrong(network, points), "point")} still wrong.`;
  }

  function descend() {
    let loss;
    try {
      loss = step(network, points, rate());
    } catch (error) {
      return `Stopped: ${error.message}.`;
    }
    history.push(loss);
    taken += 1;
    const wrong = countWrong(network, points);
    if (!wrong && loss < END.loss) return `Every point is on its side after ${taken} steps, with a loss of ${loss.toFixed(3)}.`;
    return taken % END.steps ? null : `Stopped after ${taken} steps, with ${counted(wrong, "point")} still wrong.`;
  }

  function play() {
    if (since !== null) return pause("Paused. ");
    if (new Set(points.map(({ label }) => label)).size < 2) return say("Place points of both classes first.");
    since = performance.now();
    playButton.textContent = "Pause";
    frame = requestAnimationFrame(tick);
  }

  function tick(now) {
    if (since === null || signal.aborted) return;
    const { every, steps } = (less.matches ? STILL : PACE)[isPerceptron() ? "perceptron" : "network"];
    if (now - since >= every) {
      since = now;
      const over = advance(steps);
      show();
      if (over) {
        pause();
        return say(over);
      }
    }
    frame = requestAnimationFrame(tick);
  }

  /** Stop; with a word, also say where it stands. */
  function pause(word) {
    cancelAnimationFrame(frame);
    since = null;
    playButton.textContent = "Play";
    if (word) say(word + $(".live-answer").textContent);
  }

  function say(text) {
    $(".live-status").textContent = text;
    if (!text.startsWith("Paused")) $(".live-answer").textContent = text;
  }

  function one() {
    pause();
    if (!points.length) return say("Place points of both classes first.");
    const over = advance(1);
    show();
    if (over) say(over);
  }

  /** Paint everything, and write what stands. */
  function show() {
    const wrong = countWrong(network, points);
    const done = isPerceptron() ? counted(taken, "correction") : counted(taken, "step");
    const loss = isPerceptron() || !history.length ? "" : `loss ${history.at(-1).toFixed(3)}, `;
    $(".live-answer").textContent = `${done}: ${loss}${wrong} of ${counted(points.length, "point")} on the wrong side.`;
    $("output").textContent = rate();
    rateSlider.setAttribute("aria-valuetext", String(rate()));
    for (const button of $(".live-points-sets").children) button.ariaPressed = button.textContent === chosen;
    drawBoard();
    drawCurve();
  }

  function drawBoard() {
    const values = Float64Array.from({ length: CELLS * CELLS }, (_, n) => {
      const [x, y] = [(n % CELLS + 0.5) / CELLS * 2 - 1, 1 - (Math.floor(n / CELLS) + 0.5) / CELLS * 2];
      return isPerceptron() ? Math.sign(score(network, x, y)) : 2 * probability(network, x, y) - 1;
    });
    paint(regions, values, 2.2, colours);
    const pen = board.getContext("2d");
    pen.clearRect(0, 0, SIDE, SIDE);
    pen.imageSmoothingEnabled = false;
    pen.drawImage(regions, 0, 0, SIDE, SIDE);
    for (const { x, y, label } of points) drawPoint(pen, (x + 1) * SIDE / 2, (1 - y) * SIDE / 2, label);
  }

  function drawPoint(pen, left, top, label) {
    pen.beginPath();
    if (label) pen.rect(left - 8, top - 8, 16, 16);
    else pen.arc(left, top, 9, 0, 2 * Math.PI);
    Object.assign(pen, { fillStyle: `rgb(${(label ? colours.above : colours.below).join(" ")})`, lineWidth: 2.5, strokeStyle: getComputedStyle(root).getPropertyValue("--course-paper") });
    pen.fill();
    pen.stroke();
  }

  function drawCurve() {
    const pen = curve.getContext("2d"), [width, height] = CURVE;
    const top = Math.max(...history.slice(0, 1), isPerceptron() ? points.length : 0.8, ...history.slice(-1));
    const what = isPerceptron() ? "points on the wrong side, by corrections" : "loss, by steps";
    $(".live-points-axis").textContent = `${what} (from 0 to ${isPerceptron() ? top : top.toFixed(1)})`;
    curve.ariaLabel = `${what}: ${history.length ? `from ${+history[0].toFixed(3)} to ${+history.at(-1).toFixed(3)}` : "nothing yet"}`;
    pen.clearRect(0, 0, width, height);
    pen.strokeStyle = `rgb(${colours.ink.join(" ")})`;
    pen.lineWidth = 2;
    pen.beginPath();
    const stride = Math.max(1, Math.floor(history.length / width));
    for (let n = 0; n < history.length; n += stride) pen.lineTo(n / Math.max(20, history.length - 1) * width, height - 3 - (height - 6) * history[n] / top);
    pen.stroke();
  }

  /** Place a point, or take away the one that lies there. */
  function put(x, y) {
    const there = points.findIndex((point) => Math.hypot(point.x - x, point.y - y) < NEAR);
    if (there >= 0) points.splice(there, 1);
    else points.push({ x, y, label: +$("input[type=radio]:checked").value });
    chosen = null;
    at = 0;
    show();
    return there < 0;
  }

  function move(to) {
    cursor = to.map((value) => Math.max(-1, Math.min(1, Math.round(value * 10) / 10)));
    marker.style.translate = `${50 + 50 * cursor[0]}cqw ${50 - 50 * cursor[1]}cqw`;
  }

  function onKeyDown(event) {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const label = { s: 1, c: 0 }[event.key.toLowerCase()];
    if (event.key in ARROWS) move(cursor.map((value, n) => value + KEY * ARROWS[event.key][n]));
    else if (event.key === " ") $(".live-status").textContent = put(...cursor) ? "Placed." : "Taken away.";
    else if (label !== undefined) $(`input[type=radio][value="${label}"]`).checked = true;
    else return;
    event.preventDefault(); // so that the page does not scroll
  }

  function onPointerDown(event) {
    if (event.button !== 0) return;
    const { left, top, width, height } = board.getBoundingClientRect();
    put(2 * (event.clientX - left) / width - 1, 1 - 2 * (event.clientY - top) / height);
  }

  function createSet(name) {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "live-button", textContent: name });
    on(button, "click", () => {
      points = name === "none" ? [] : createPoints(name);
      chosen = name;
      restart();
    });
    return button;
  }

  function fillNetworks() {
    const option = (value, text) => new Option(text, value);
    netChoice.append(option("perceptron", "perceptron rule"), option("0", "one logistic neuron"),
      ...[2, 3, 4, 5, 6, 7, 8].map((count) => option(count, `${count} hidden units`)));
    netChoice.value = "4";
  }

  function recolour() {
    colours = readColours(root);
    drawBoard();
    drawCurve();
  }

  fillNetworks();
  $(".live-points-sets").append(...[...SET_NAMES, "none"].map(createSet));
  on(netChoice, "change", restart);
  on(actChoice, "change", restart);
  on(rateSlider, "input", show);
  on(playButton, "click", play);
  on(stepButton, "click", one);
  on(resetButton, "click", () => { seed += 1; restart(); });
  on(board, "pointerdown", onPointerDown);
  on(board, "keydown", onKeyDown);

  // The theme's switch between light and dark changes an attribute of the body.
  const watcher = new MutationObserver(recolour);
  watcher.observe(document.body, { attributeFilter: ["data-md-color-scheme"] });
  signal.addEventListener("abort", () => { watcher.disconnect(); pause(); }, { once: true });

  move(cursor);
  restart();
  return { network: () => network, points: () => points, history: () => history };
}

/** A number and its noun, in the singular or the plural. */
function counted(count, noun) {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
