// The layers of the lessons' networks in plain JavaScript, and a reader for their weights.
//
// A tensor is { shape, data }, the data a Float32Array. An image is (channels, height, width);
// weights lie as PyTorch keeps them. A layer makes a new tensor and leaves what it was given.

/** How many numbers a tensor of this shape holds. */
const count = (shape) => shape.reduce((product, length) => product * length, 1);

/** A shape as the lessons write it: (16, 28, 28). */
export const written = (shape) => `(${shape.join(", ")})`;

function check(holds, message) {
  if (!holds) throw new Error(message);
}

/** A tensor of zeros, or of the given numbers; an error where their count is another. */
export function tensor(shape, data = new Float32Array(count(shape))) {
  check(data.length === count(shape),
    `a tensor of ${written(shape)} holds ${count(shape)} numbers, not ${data.length}`);
  return { shape, data };
}

/** Put rows and columns of zeros around each channel. */
function pad(image, padding) {
  if (!padding) return image;
  const [channels, height, width] = image.shape;
  const padded = tensor([channels, height + 2 * padding, width + 2 * padding]);
  for (let row = 0; row < channels * height; row++) {
    const channel = Math.floor(row / height);
    const to = (row + padding + 2 * padding * channel) * (width + 2 * padding) + padding;
    padded.data.set(image.data.subarray(row * width, (row + 1) * width), to);
  }
  return padded;
}

export const layers = {
  /** Slide kernels (out, in, k, l) over an image (in, height, width), one step at a time. */
  conv2d(image, { weight, bias, padding = 0 }) {
    check(image.shape.length === 3, `it needs an image, but gets ${written(image.shape)}`);
    const [kernels, depth, k, l] = weight.shape;
    check(depth === image.shape[0],
      `its kernels look at ${depth} channels, but the image is ${written(image.shape)}`);
    const { shape: [, height, width], data } = pad(image, padding);
    const [rows, columns] = [height - k + 1, width - l + 1];
    check(rows > 0 && columns > 0, `a kernel of ${k} x ${l} does not fit ${written(image.shape)}`);
    const output = tensor([kernels, rows, columns]);
    let place = 0;
    for (let o = 0; o < kernels; o++)
      for (let i = 0; i < rows; i++)
        for (let j = 0; j < columns; j++) {
          let sum = bias ? bias.data[o] : 0;
          let w = o * depth * k * l;
          for (let c = 0; c < depth; c++)
            for (let u = 0; u < k; u++) {
              const start = (c * height + i + u) * width + j;
              for (let v = 0; v < l; v++) sum += data[start + v] * weight.data[w++];
            }
          output.data[place++] = sum;
        }
    return output;
  },

  /** The largest of each 2 x 2 square; a last odd row or column is left out. */
  max_pool2d(image) {
    check(image.shape.length === 3, `it needs an image, but gets ${written(image.shape)}`);
    const [channels, height, width] = image.shape;
    const [rows, columns] = [height >> 1, width >> 1];
    const output = tensor([channels, rows, columns]);
    let place = 0;
    for (let c = 0; c < channels; c++)
      for (let i = 0; i < rows; i++)
        for (let j = 0; j < columns; j++) {
          const at = (c * height + 2 * i) * width + 2 * j;
          output.data[place++] = Math.max(
            image.data[at], image.data[at + 1], image.data[at + width], image.data[at + width + 1],
          );
        }
    return output;
  },

  /** Cut off what is below zero. */
  relu: ({ shape, data }) => tensor(shape, data.map((value) => Math.max(0, value))),

  /** The same numbers in one row. */
  flatten: ({ shape, data }) => tensor([count(shape)], data.slice()),

  /** Weigh all numbers for each output: weights (out, in). */
  linear(input, { weight, bias }) {
    const [outputs, inputs] = weight.shape;
    check(input.shape.length === 1 && input.shape[0] === inputs,
      `it weighs ${inputs} numbers, but gets ${written(input.shape)}`);
    const output = tensor([outputs]);
    for (let o = 0; o < outputs; o++) {
      let sum = bias ? bias.data[o] : 0;
      for (let i = 0; i < inputs; i++) sum += weight.data[o * inputs + i] * input.data[i];
      output.data[o] = sum;
    }
    return output;
  },
};

/** What weights each kind of layer needs: the number of their axes. */
const AXES = { conv2d: 4, linear: 2 };

/** Turn scores into probabilities. The largest is subtracted first, so that nothing overflows. */
export function softmax(scores) {
  const largest = Math.max(...scores);
  const powers = Array.from(scores, (score) => Math.exp(score - largest));
  const sum = powers.reduce((total, power) => total + power);
  return powers.map((power) => power / sum);
}

/** The number that 16 bits stand for in IEEE 754: 1 sign, 5 exponent, 10 fraction. */
export function half(bits) {
  const sign = bits & 0x8000 ? -1 : 1, exponent = (bits >> 10) & 31, fraction = bits & 1023;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (exponent ? (1 + fraction / 1024) * 2 ** (exponent - 15) : fraction * 2 ** -24);
}

const TYPES = {
  F16: { bytes: 2, read: (buffer) => Float32Array.from(new Uint16Array(buffer), half) },
  F32: { bytes: 4, read: (buffer) => new Float32Array(buffer) },
};

/**
 * Read a .safetensors file: eight bytes with the header's length, the header in JSON with each
 * tensor's type, shape and place, then the numbers. Returns { metadata, tensors }.
 */
export function readSafetensors(buffer) {
  check(buffer.byteLength >= 8, `a .safetensors file is longer than ${buffer.byteLength} bytes`);
  const length = Number(new DataView(buffer).getBigUint64(0, true));
  const start = 8 + length;
  check(start <= buffer.byteLength, `the header should end at byte ${start}, after the file's end`);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 8, length)));
  const { __metadata__: metadata = {}, ...entries } = header;
  const tensors = {};
  for (const [name, { dtype, shape, data_offsets: [from, to] }] of Object.entries(entries)) {
    const type = TYPES[dtype];
    check(type, `${name} is of type ${dtype}; known are ${Object.keys(TYPES).join(", ")}`);
    check(start + to <= buffer.byteLength, `${name} should end at byte ${start + to}, `
      + `but the file has ${buffer.byteLength}`);
    check(to - from === type.bytes * count(shape),
      `${name}, ${dtype} ${written(shape)}, has ${to - from} bytes`);
    tensors[name] = tensor(shape, type.read(buffer.slice(start + from, start + to)));
  }
  return { metadata, tensors };
}

/** A network from the bytes of a .safetensors file whose metadata lists its layers in order. */
export class Network {
  constructor(buffer) {
    const { metadata, tensors } = readSafetensors(buffer);
    check(metadata.layers, "the file's metadata lists no layers");
    this.layers = JSON.parse(metadata.layers).map(({ name, kind, ...options }) => {
      check(Object.hasOwn(layers, kind),
        `layer ${name} is of kind ${kind}; known are ${Object.keys(layers).join(", ")}`);
      const [weight, bias] = [tensors[`${name}.weight`], tensors[`${name}.bias`]];
      check((weight?.shape.length ?? 0) === (AXES[kind] ?? 0), `layer ${name} (${kind}) needs `
        + `weights with ${AXES[kind] ?? 0} axes, but has ${weight ? written(weight.shape) : "none"}`);
      check(!bias || bias.data.length === weight.shape[0],
        `layer ${name} (${kind}) has a bias of ${bias?.data.length}`);
      return { name, kind, options: { ...options, weight, bias } };
    });
  }

  /** Every layer's output for an input, from the first to the last. */
  run(input) {
    let output = input;
    return this.layers.map(({ name, kind, options }) => {
      try {
        return output = layers[kind](output, options);
      } catch (error) {
        throw new Error(`layer ${name} (${kind}): ${error.message}`);
      }
    });
  }
}
