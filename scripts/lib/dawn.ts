// WebGPU for Node, by the package `webgpu`: 80 MB that only a machine with a graphics processor has use for, so it is
// no dependency of the project.

/** What a browser brings. */
interface Dawn {
  readonly create: (options: string[]) => GPU;
  readonly globals: Readonly<Record<string, unknown>>;
}

/**
 * Makes `navigator.gpu` and the names of WebGPU those of a browser.
 * @param load how the package is found
 * @throws Error that says how to install it where it is not there
 */
export async function provideWebgpu(
  load: () => Promise<Dawn> = () => import('webgpu'),
): Promise<void> {
  let dawn: Dawn;
  try {
    dawn = await load();
  } catch (cause) {
    throw new Error(
      'WebGPU in Node needs the package "webgpu", which is no dependency of this project. Install it with: npm install --no-save webgpu',
      { cause },
    );
  }
  Object.assign(globalThis, dawn.globals);
  Object.defineProperty(globalThis.navigator, 'gpu', {
    value: dawn.create([]),
    configurable: true,
  });
}
