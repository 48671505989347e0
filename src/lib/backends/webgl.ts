// tfjs on WebGL: the graphics processor of browsers without WebGPU.
// Knows nothing of how well it does: whether it beats wasm is for whoever chooses to measure.

import { MathBackendWebGL } from '@tensorflow/tfjs-backend-webgl';
import { backend, env, setBackend } from '../ops/tf.ts';

/** Bytes of textures kept for reuse. tfjs's default never frees any: a page that trains for an hour then dies. */
const TEXTURE_CACHE_BYTES = 256 * 1024 * 1024;

/** @returns the device in words, as far as the browser tells */
export async function startWebgl(): Promise<string> {
  env().set('WEBGL_DELETE_TEXTURE_THRESHOLD', TEXTURE_CACHE_BYTES);
  env().set('SOFTWARE_WEBGL_ENABLED', true); // slow, but whoever asks for WebGL by name gets it
  if (!(await setBackend('webgl'))) {
    throw new Error('the browser gives this thread no WebGL context.');
  }
  const started = backend();
  if (!(started instanceof MathBackendWebGL))
    throw new Error('tfjs started another backend than WebGL.');
  const { gl } = started.gpgpu;
  const info = gl.getExtension('WEBGL_debug_renderer_info');
  const renderer: unknown = info && gl.getParameter(info.UNMASKED_RENDERER_WEBGL);
  return typeof renderer === 'string' ? renderer : 'graphics processor';
}
