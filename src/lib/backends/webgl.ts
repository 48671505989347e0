// tfjs on WebGL: the graphics processor of browsers without WebGPU.
// Knows nothing of how well it does: whether it beats wasm is for choose.ts to measure.

import { MathBackendWebGL } from '@tensorflow/tfjs-backend-webgl/dist/backend_webgl';
import { getWebGLContext } from '@tensorflow/tfjs-backend-webgl/dist/canvas_util';
import { registerWebglKernels } from '../kernels/webgl.ts';
import { env, registerBackend, registerKernel, setBackend } from '../ops/tf.ts';
import { rendererOf } from './look.ts';
import { reportLost } from './lost.ts';
import { precisionNow } from './precision.ts';
import { takeOut, type Started } from './started.ts';
import * as stock from './webgl-kernels.ts';

/** Bytes of textures kept for reuse. tfjs's default never frees any: a page that trains for an hour then dies. */
const TEXTURE_CACHE_BYTES = 256 * 1024 * 1024;

let running: Promise<Started> | undefined;

export async function startWebgl(): Promise<Started> {
  running ??= start();
  let started: Started;
  try {
    started = await running;
  } catch (cause) {
    running = undefined;
    throw cause;
  }
  await makeCurrent();
  return started;
}

async function makeCurrent(): Promise<void> {
  if (!(await setBackend('webgl'))) throw new Error('tfjs could not start its WebGL backend.');
}

async function start(): Promise<Started> {
  env().set('WEBGL_DELETE_TEXTURE_THRESHOLD', TEXTURE_CACHE_BYTES);
  env().set('SOFTWARE_WEBGL_ENABLED', true); // slow, but whoever asks for WebGL by name gets it
  if (typeof OffscreenCanvas === 'undefined') {
    throw new Error('this browser draws on the page only, not in a worker (Safari before 17).');
  }
  const canvas = new OffscreenCanvas(1, 1);
  // tfjs keeps the context it gets here and asks it what the device can do. Types have it never null.
  const context: WebGLRenderingContext | null = getWebGLContext(2, canvas);
  if (!(context instanceof WebGL2RenderingContext)) {
    throw new Error('the browser gives this thread no WebGL 2 context.');
  }
  const backend = new MathBackendWebGL();
  for (const kernel of Object.values(stock)) registerKernel(kernel);
  registerBackend('webgl', () => backend);
  await makeCurrent();
  const precision = await precisionNow();
  registerWebglKernels(backend, precision);

  const listening = new AbortController();
  const { signal } = listening;
  canvas.addEventListener(
    'webglcontextlost',
    () => {
      reportLost(
        'The browser took the graphics processor away from this page (WebGL context lost).',
      );
    },
    { signal },
  );
  return {
    device: rendererOf(context),
    precision,
    stop: () => {
      listening.abort();
      running = undefined;
      takeOut('webgl');
      context.getExtension('WEBGL_lose_context')?.loseContext();
    },
  };
}
