// Tensors as pictures: each number a pixel, in colours that live.css takes from the theme.

/** The colours of ink and of numbers above and below zero, each as [red, green, blue]. */
export function readColours(element) {
  const style = getComputedStyle(element);
  const colours = ["ink", "above", "below"].map((name) => [name, `--live-${name}`]);
  return Object.fromEntries(colours.map(([name, property]) =>
    [name, channels(style.getPropertyValue(property))]));
}

/** A CSS colour in any notation, as [red, green, blue]: the browser itself translates it. */
function channels(colour) {
  const context = Object.assign(document.createElement("canvas"), { width: 1, height: 1 })
    .getContext("2d", { willReadFrequently: true });
  context.fillStyle = colour;
  context.fillRect(0, 0, 1, 1);
  return [...context.getImageData(0, 0, 1, 1).data.subarray(0, 3)];
}

/** A canvas of so many pixels; how large they are seen is for the style sheet. */
export function createCanvas(width, height = width) {
  return Object.assign(document.createElement("canvas"), { width, height });
}

/** The largest number without its sign, or 1 where all are 0: what full colour stands for. */
export function largest(data) {
  return data.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
}

/**
 * Paint as many numbers as the canvas has pixels, the sign as hue and the size as opacity.
 * `full` is the number of full colour; pixels from `faded` on are drawn in a third of it.
 */
export function paint(canvas, data, full, { above, below }, faded = data.length) {
  const picture = new ImageData(canvas.width, canvas.height);
  for (let i = 0; i < data.length; i++) {
    const opacity = (255 * Math.min(1, Math.abs(data[i]) / full)) / (i < faded ? 1 : 3);
    const [red, green, blue] = data[i] < 0 ? below : above;
    picture.data.set([red, green, blue, opacity], 4 * i);
  }
  canvas.getContext("2d").putImageData(picture, 0, 0);
}
