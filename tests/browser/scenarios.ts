// What the engine is asked to do in the browser and in Node alike: the specs compare the answers.
// Runs over src/lib only; the two hosts (page/main.ts, node.ts) bring the backend and the bytes.
import type { BackendAssets } from '../../src/lib/backends/assets.ts';
import { startBackend } from '../../src/lib/backends/start.ts';
import type { ImageSet } from '../../src/lib/data/images.ts';
import { loadFamily } from '../../src/lib/train/families.ts';
import { fillNormal, fillUniform, Stream } from '../../src/lib/ops/random.ts';
import { env, memory, tensor2d, tidy } from '../../src/lib/ops/tf.ts';
import type { BackendName } from '../../src/lib/protocol/machine.ts';
import type { ModelSpec } from '../../src/lib/protocol/model.ts';
import { Trainer } from '../../src/lib/train/trainer.ts';
import { readSafetensors } from '../../src/lib/weights/safetensors.ts';

export interface TrainingAnswer {
  /** Terms of the loss at every step, nats per image. */
  readonly terms: number[][];
  /** Tensors alive after step 5 and after the last step. */
  readonly tensorsEarly: number;
  readonly tensorsLate: number;
  /** Tensors that disposing the trainer left over. */
  readonly tensorsLeft: number;
  /** The objective at every step: all terms added up. */
  readonly losses: number[];
  /** Bits of the backend's floats. */
  readonly precision: number;
}

export interface PublishedAnswer {
  readonly codes: number[];
  readonly pictures: number[];
}

/** Specs come as JSON, since recursive types do not survive the way into the page. */
const parseSpec = (text: string) => JSON.parse(text) as ModelSpec;

/** The scenarios over one host's binaries. */
export function scenarios(assets: BackendAssets) {
  const start = (backend: BackendName) => startBackend(backend, assets);

  return {
    /** Trains a small network for some steps on blobs drawn from a seed. */
    async train(
      backend: BackendName,
      specText: string,
      steps: number,
      halfFloats = false,
    ): Promise<TrainingAnswer> {
      const spec = parseSpec(specText);
      if (halfFloats) {
        await import('@tensorflow/tfjs-backend-webgl/dist/flags_webgl');
        env().set('WEBGL_FORCE_F16_TEXTURES', true); // as phones compute
      }
      const { precision } = await start(backend);
      const before = memory().numTensors;
      const trainer = new Trainer(await loadFamily(spec.family), spec, 7);
      trainer.feed(blobs(256), 32);
      const terms: number[][] = [];
      let tensorsEarly = 0;
      for (let step = 1; step <= steps; step++) {
        const loss = trainer.update();
        terms.push([...(await loss.data())]);
        loss.dispose();
        if (step === 5) tensorsEarly = memory().numTensors;
      }
      const tensorsLate = memory().numTensors;
      trainer.dispose();
      const losses = terms.map((each) => each.reduce((sum, term) => sum + term, 0));
      const tensorsLeft = memory().numTensors - before;
      return { terms, losses, precision, tensorsEarly, tensorsLate, tensorsLeft };
    },

    /** Codes of eight seeded pictures and decoder means of eight seeded codes, by published weights. */
    async published(
      backend: BackendName,
      specText: string,
      file: Uint8Array,
    ): Promise<PublishedAnswer> {
      const spec = parseSpec(specText);
      await start(backend);
      const family = await loadFamily(spec.family);
      const config = family.parse(spec.config);
      const trainer = new Trainer(family, spec, 0);
      trainer.assign(readSafetensors(file), spec.family);
      const [images, latent] = [
        new Float32Array(8 * family.inputDim(config)),
        new Float32Array(8 * family.latentDim(config)),
      ];
      fillUniform(images, 3, Stream.data, 0);
      fillNormal(latent, 3, Stream.prior, 0);
      const answer = tidy(() => {
        const { mean } = trainer.encode(tensor2d(images, [8, family.inputDim(config)]));
        const pictures = trainer.decode(tensor2d(latent, [8, family.latentDim(config)]));
        return { mean, pictures };
      });
      const codes = [...(await answer.mean.data())];
      const pictures = [...(await answer.pictures.data())];
      answer.mean.dispose();
      answer.pictures.dispose();
      trainer.dispose();
      return { codes, pictures };
    },
  };
}

export type Scenarios = ReturnType<typeof scenarios>;

/** Soft round blobs at seeded places, 28 × 28: something to learn that needs no data file. */
function blobs(count: number): ImageSet {
  const places = new Float32Array(2 * count);
  fillUniform(places, 1, Stream.data, 0);
  const pixels = new Uint8Array(count * 784);
  for (let i = 0; i < pixels.length; i++) {
    const image = Math.floor(i / 784);
    const dx = (i % 28) - 28 * places[2 * image]!;
    const dy = (Math.floor(i / 28) % 28) - 28 * places[2 * image + 1]!;
    pixels[i] = Math.round(255 * Math.exp(-(dx * dx + dy * dy) / 40));
  }
  return { pixels, labels: new Uint8Array(count), count, width: 28, height: 28, channels: 1 };
}
