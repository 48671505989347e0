// Fixtures: what a published model must compute for the first test images. They hold browser, Node and PyTorch
// to the same binarisation, noise, posteriors and loss terms. Made beside the weights, checked by the tests.
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { sliceImages, type ImageSet } from '../../src/lib/data/images.ts';
import type { Fixture } from '../../src/lib/weights/fixture.ts';
import { evaluationBatch } from '../../src/lib/train/batches.ts';
import { evaluate } from '../../src/lib/train/evaluate.ts';
import type { Trainer } from '../../src/lib/train/trainer.ts';

const IMAGES = 4;
/** Of codes larger than the image one is enough. */
const LARGE_CODE = 784;

/** Computes the fixture of the model in `trainer` on the first images of its test split. */
export async function makeFixture(trainer: Trainer, test: ImageSet): Promise<Fixture> {
  const { family, config } = trainer;
  const shape = { binarises: family.binarises(config), noiseDim: family.noiseDim(config) };
  const images = family.latentDim(config) > LARGE_CODE ? 1 : IMAGES;
  const { input, noise } = evaluationBatch(test, 0, images, shape);
  const { mean, logVar } = trainer.encode(input);
  const read = async (tensor: typeof noise): Promise<number[]> =>
    tensor ? Array.from(await tensor.data()) : [];
  const size = input.shape[1];
  const pixels = await read(input);
  const fixture: Fixture = {
    images,
    ones: Array.from({ length: images }, (_, i) =>
      pixels
        .slice(i * size, (i + 1) * size)
        .flatMap((value, pixel) => (value === 1 ? [pixel] : [])),
    ),
    noise: await read(noise),
    mean: await read(mean),
    logVar: await read(logVar),
    terms: Object.fromEntries(
      (await evaluate(trainer, sliceImages(test, 0, images))).perImage.map((values, i) => [
        trainer.terms[i] ?? '',
        Array.from(values),
      ]),
    ),
  };
  for (const tensor of [input, noise, mean, logVar]) tensor?.dispose();
  return fixture;
}

export async function writeFixture(
  folder: string,
  trainer: Trainer,
  test: ImageSet,
): Promise<void> {
  const fixture = await makeFixture(trainer, test);
  await writeFile(path.join(folder, 'fixture.json'), `${JSON.stringify(fixture)}\n`);
}
