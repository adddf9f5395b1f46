// Records an input and TensorFlow.js's outputs of NanoDet for `glimpse-packer verify`.
//
// Usage: node record_tfjs.mjs MODELS FOLDER [HEIGHT WIDTH]
//
// MODELS holds nanodet.json and nanodet.bin. Where FOLDER holds input.rgb and input.json already, they
// are what is run; else a drawn picture of HEIGHT x WIDTH (multiples of 32) is. Needs @tensorflow/tfjs
// 4.22. The graph was exported for 416 x 416; for another size the sizes of its resizing nodes are
// changed, nothing else.

import fs from "node:fs";
import path from "node:path";
import * as tf from "@tensorflow/tfjs";

const HEADS = ["Add_29", "Add_33", "Add_37"].map((name) => `PartitionedCall/${name}`);
const RESIZES = { Cast_1: 16, Cast_3: 8, Cast_5: 16, Cast_7: 32 };
const MEAN = [103.53, 116.28, 123.675];
const DEVIATION = [57.375, 57.12, 58.395];

const [models, folder, high = "96", wide = "128"] = process.argv.slice(2);
fs.mkdirSync(folder, { recursive: true });
const file = (name) => path.join(folder, name);

function drawn(height, width) {
  const rgb = new Uint8Array(height * width * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const disc = Math.hypot(x - width * 0.4, y - height * 0.5) < height * 0.3;
      const box = x > width * 0.6 && x < width * 0.9 && y > height * 0.3 && y < height * 0.8;
      const pixel = disc ? [190, 60, 40] : box ? [40, 70, 150] : [90 + y, 150 + (x >> 1), 200];
      pixel.forEach((v, c) => (rgb[(y * width + x) * 3 + c] = v + ((x * 7 + y * 13 + c * 5) % 17)));
    }
  }
  return rgb;
}

if (!fs.existsSync(file("input.rgb"))) {
  const [height, width] = [Number(high), Number(wide)];
  fs.writeFileSync(file("input.rgb"), drawn(height, width));
  fs.writeFileSync(file("input.json"), JSON.stringify({ height, width }));
}
const { height, width } = JSON.parse(fs.readFileSync(file("input.json")));
const rgb = fs.readFileSync(file("input.rgb"));

const json = JSON.parse(fs.readFileSync(path.join(models, "nanodet.json")));
const weights = fs.readFileSync(path.join(models, "nanodet.bin"));
const specs = json.weightsManifest.flatMap((group) => group.weights);
let offset = 0;
for (const spec of specs) {
  const bytes = { float16: 2, float32: 4, int32: 4 }[spec.quantization?.dtype ?? spec.dtype];
  const stride = RESIZES[spec.name.replace("PartitionedCall/", "")];
  if (stride) {
    weights.writeInt32LE(height / stride, offset);
    weights.writeInt32LE(width / stride, offset + 4);
  }
  offset += bytes * spec.shape.reduce((a, b) => a * b, 1);
}
const input = json.modelTopology.node.find((node) => node.op === "Placeholder");
input.attr.shape.shape.dim = [1, 3, height, width].map((size) => ({ size: String(size) }));
delete json.signature;

const model = await tf.loadGraphModel({
  load: async () => ({
    modelTopology: json.modelTopology,
    weightSpecs: specs,
    weightData: weights.buffer.slice(weights.byteOffset, weights.byteOffset + weights.length),
  }),
});
const plane = height * width;
const bgr = Float32Array.from({ length: 3 * plane }, (_, i) => {
  const c = Math.floor(i / plane);
  return (rgb[(i % plane) * 3 + 2 - c] - MEAN[c]) / DEVIATION[c];
});
const outputs = model.execute(tf.tensor(bgr, [1, 3, height, width]), HEADS);
const parts = await Promise.all(outputs.map(async (o) => Buffer.from((await o.data()).buffer.slice(0))));
fs.writeFileSync(file("output.f32"), Buffer.concat(parts));
