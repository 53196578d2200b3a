// Walk over a sphere in latent space by two sliders; the generator draws the digit of each place.
import { LATITUDE, LONGITUDE, SIZE, Generator, createDirections, pointAt } from "./latent_generator.js";
import { createCanvas, paint, readColours } from "./paint.js";

const SIDE = 9; // digits along an edge of the map
const PAUSE = 600; // milliseconds without a change before the place is read out
const FULL = 2.5; // a number of noise that gets full colour
let demos = 0;

const TEMPLATE = (id) => `
  <div class="live-latent">
    <div>
      <div class="live-frame live-latent-frame"><span class="live-latent-marker"></span></div>
      <p>a map of the places that the sliders reach <span>${SIDE} × ${SIDE}</span></p>
    </div>
    <div>
      <div class="live-latent-digit"></div>
      <div class="live-controls live-latent-slider">
        <label for="${id}-across">Across</label>
        <input type="range" id="${id}-across" min="${-LONGITUDE}" max="${LONGITUDE}" step="1" value="0">
        <output for="${id}-across"></output>
      </div>
      <div class="live-controls live-latent-slider">
        <label for="${id}-up">Up</label>
        <input type="range" id="${id}-up" min="${-LATITUDE}" max="${LATITUDE}" step="1" value="0">
        <output for="${id}-up"></output>
      </div>
      <div class="live-latent-noise"></div>
      <p>the sixteen numbers that the digit is made from <span>(16)</span></p>
      <p class="live-latent-plane"><button type="button" class="live-button">Another plane</button> <span></span></p>
    </div>
  </div>
  <p class="live-status" role="status"></p>`;

/** Build the demo in `root`; returns what tests ask for. */
export function mount(root, { weights, signal }) {
  const generator = new Generator(weights), id = `live-latent-${++demos}`;
  root.innerHTML = TEMPLATE(id);
  const $ = (selector) => root.querySelector(selector);
  const on = (target, type, listener) => target.addEventListener(type, listener, { signal });
  const [across, up] = root.querySelectorAll("input"), status = $(".live-status");
  const map = createCanvas(SIDE * SIZE), digit = createCanvas(SIZE), noise = createCanvas(generator.latent, 1);
  let colours = readColours(root), number = 0, directions, point, picture;
  let tiles, row = SIDE, frame = 0, timer = 0; // row: the next of the map to be drawn

  for (const [canvas, label, where] of [[map, "A map of digits", ".live-latent-frame"],
    [digit, "The digit", ".live-latent-digit"], [noise, "Sixteen numbers as colours", ".live-latent-noise"]]) {
    canvas.setAttribute("role", "img");
    canvas.ariaLabel = label;
    $(where).prepend(canvas);
  }

  /** Draw the digit of the place where the sliders stand. */
  function look() {
    const degrees = [+across.value, +up.value];
    point = pointAt(directions, ...degrees);
    picture = generator.draw(point);
    [across, up].forEach((slider, n) => {
      slider.setAttribute("aria-valuetext", `${degrees[n]} degrees`);
      slider.nextElementSibling.textContent = `${degrees[n]}°`;
    });
    digit.ariaLabel = `The digit that the generator draws at ${degrees[0]} degrees across and ${degrees[1]} up`;
    const marker = $(".live-latent-marker").style;
    marker.left = `${50 + (50 * degrees[0]) / (LONGITUDE + LONGITUDE / (SIDE - 1))}%`;
    marker.top = `${50 - (50 * degrees[1]) / (LATITUDE + LATITUDE / (SIDE - 1))}%`;
    colourDigit();
  }

  function colourDigit() {
    paint(digit, picture, 1, { above: colours.ink });
    paint(noise, point, FULL, colours);
  }

  /** Draw one row of the map, and leave the next to the next frame. */
  function drawRow() {
    frame = 0;
    if (signal.aborted) return;
    for (let column = 0; column < SIDE; column++) {
      const share = (n) => n / (SIDE - 1) - 0.5; // from -1/2 to 1/2
      const place = pointAt(directions, 2 * LONGITUDE * share(column), -2 * LATITUDE * share(row));
      tiles.push(generator.draw(place));
    }
    paintTiles(row * SIDE);
    if (++row < SIDE) frame = requestAnimationFrame(drawRow);
  }

  function paintTiles(first) {
    const context = map.getContext("2d"), tile = createCanvas(SIZE);
    for (let n = first; n < tiles.length; n++) {
      paint(tile, tiles[n], 1, { above: colours.ink });
      const [x, y] = [SIZE * (n % SIDE), SIZE * Math.floor(n / SIDE)];
      context.clearRect(x, y, SIZE, SIZE);
      context.drawImage(tile, x, y);
    }
  }

  /** Take another plane, in the middle of which the sliders start. */
  function choose(next) {
    number = next;
    directions = createDirections(number, generator.latent);
    [across.value, up.value] = [0, 0];
    $(".live-latent-plane span").textContent = `plane ${number + 1}`;
    cancelAnimationFrame(frame);
    [tiles, row] = [[], 0];
    look();
    drawRow();
  }

  function announceSoon() {
    clearTimeout(timer);
    timer = setTimeout(() => {
      status.textContent = `Plane ${number + 1}, ${across.value} degrees across, ${up.value} degrees up.`;
    }, PAUSE);
  }

  function onPointer(event) {
    if (event.type === "pointermove" && !event.buttons) return;
    if (event.type === "pointerdown") map.setPointerCapture(event.pointerId);
    const { left, top, width, height } = map.getBoundingClientRect();
    const [x, y] = [(event.clientX - left) / width, (event.clientY - top) / height];
    across.value = (2 * x - 1) * (LONGITUDE + LONGITUDE / (SIDE - 1));
    up.value = (1 - 2 * y) * (LATITUDE + LATITUDE / (SIDE - 1));
    look();
    announceSoon();
  }

  for (const slider of [across, up]) on(slider, "input", () => { look(); announceSoon(); });
  on(map, "pointerdown", onPointer);
  on(map, "pointermove", onPointer);
  on($("button"), "click", () => { choose(number + 1); announceSoon(); });
  const watcher = new MutationObserver(() => {
    colours = readColours(root);
    colourDigit();
    paintTiles(0);
  });
  watcher.observe(document.body, { attributeFilter: ["data-md-color-scheme"] });
  signal.addEventListener("abort", () => {
    watcher.disconnect();
    clearTimeout(timer);
    cancelAnimationFrame(frame);
  }, { once: true });

  choose(0);
  return {
    place: () => ({ plane: number + 1, across: +across.value, up: +up.value }),
    picture: () => Array.from(picture),
    drawn: () => tiles.length,
    draw: (values) => Array.from(generator.draw(values)),
  };
}
