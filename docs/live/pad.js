// A canvas to draw on: with mouse, finger or pen, and with the keyboard.

const SIDE = 280; // the canvas's own pixels, ten for each of the picture that the network sees
const WIDTH = 22; // of a stroke: about two of MNIST's pixels
const STEP = 8; // of a key
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/**
 * Make a canvas a pad. `marker` shows where the keyboard's pen is. `starts` is called before a
 * stroke's first ink, `changed` after any ink, `says` with what a keyboard user should hear.
 */
export function createPad(canvas, marker, { signal, starts, changed, says }) {
  Object.assign(canvas, { width: SIDE, height: SIDE });
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  Object.assign(pen, { lineWidth: WIDTH, lineCap: "round", lineJoin: "round" });
  let pointer = null; // the one that draws; a second finger does not
  let at = [SIDE / 2, SIDE / 2];
  let held = false; // the keyboard's pen is on the paper, put there by the space bar

  function draw(to) {
    pen.beginPath();
    pen.moveTo(...at);
    pen.lineTo(...to);
    pen.stroke();
    move(to);
    changed();
  }

  function move(to) {
    at = to;
    marker.style.translate = `${at[0] / SIDE * 100}cqw ${at[1] / SIDE * 100}cqw`;
  }

  function lift() {
    held = false;
    marker.classList.remove("live-marker--down");
  }

  function place({ clientX, clientY }) {
    const { left, top, width, height } = canvas.getBoundingClientRect();
    return [(clientX - left) * SIDE / width, (clientY - top) * SIDE / height];
  }

  function onPointerDown(event) {
    if (pointer !== null || event.button !== 0) return;
    pointer = event.pointerId;
    canvas.setPointerCapture(pointer);
    lift();
    starts();
    move(place(event));
    draw(at);
  }

  function onPointerMove(event) {
    if (event.pointerId !== pointer) return;
    const events = event.getCoalescedEvents?.() ?? [];
    for (const each of events.length ? events : [event]) draw(place(each));
  }

  function onPointerEnd(event) {
    if (event.pointerId === pointer) pointer = null;
  }

  function onKeyDown(event) {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key in ARROWS) {
      const [right, down] = ARROWS[event.key];
      const to = [at[0] + STEP * right, at[1] + STEP * down];
      const inside = to.map((value) => Math.max(0, Math.min(SIDE, value)));
      if (event.shiftKey && !held) starts();
      if (event.shiftKey || held) draw(inside);
      else move(inside);
    } else if (event.key === " " && !event.repeat) {
      if (held) lift();
      else putDown();
      says(held ? "Pen down." : "Pen up.");
    } else if (event.key !== " ") {
      return;
    }
    event.preventDefault(); // so that the page does not scroll
  }

  function putDown() {
    held = true;
    marker.classList.add("live-marker--down");
    starts();
    draw(at);
  }

  const on = (type, listener) => canvas.addEventListener(type, listener, { signal });
  on("pointerdown", onPointerDown);
  on("pointermove", onPointerMove);
  on("pointerup", onPointerEnd);
  on("pointercancel", onPointerEnd);
  on("keydown", onKeyDown);
  on("blur", lift);
  move(at);

  return {
    side: SIDE,

    clear() {
      pen.clearRect(0, 0, SIDE, SIDE);
    },

    /** Lay a picture (a canvas) on the pad, as ink: the left top corner and the side's length. */
    lay(picture, left = 0, top = 0, side = SIDE) {
      pen.drawImage(picture, left, top, side, side);
    },

    /** How much ink lies on each pixel, in [0, 1]. */
    ink() {
      const { data } = pen.getImageData(0, 0, SIDE, SIDE);
      return Float32Array.from({ length: SIDE * SIDE }, (_, i) => data[4 * i + 3] / 255);
    },

    /** Turn all ink, and that to come, into another colour. */
    colour([red, green, blue]) {
      pen.strokeStyle = pen.fillStyle = `rgb(${red} ${green} ${blue})`;
      pen.globalCompositeOperation = "source-in"; // where there is ink
      pen.fillRect(0, 0, SIDE, SIDE);
      pen.globalCompositeOperation = "source-over";
    },
  };
}
