// A look at a graphics processor before anything heavy is loaded for it: is there one at all, and is it one?
// Where a browser has none, it may offer the processor in its place, which is slower than WebAssembly on that same
// processor. Knows nothing of tfjs.

/** A graphics processor as the browser describes it. */
export interface Sight {
  /** In words, as far as the browser tells. */
  readonly device: string;
  /** Whether it is the processor pretending to be one. */
  readonly software: boolean;
}

// SwiftShader is Chromium's, llvmpipe and softpipe are Mesa's, Basic Render is that of Windows.
const SOFTWARE = /swiftshader|llvmpipe|softpipe|lavapipe|basic render|software/i;

export function isSoftware(description: string): boolean {
  return SOFTWARE.test(description);
}

/** The adapter that WebGPU offers. @throws Error with the reason where it offers none */
export async function lookAtWebgpu(): Promise<Sight & { readonly adapter: GPUAdapter }> {
  const gpu = webgpuOf(globalThis);
  if (!gpu) {
    throw new Error(
      'isSecureContext' in globalThis && !globalThis.isSecureContext
        ? 'browsers have WebGPU on secure pages only (https).'
        : 'this browser has no WebGPU.',
    );
  }
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter) throw new Error('the browser has WebGPU, but offers no graphics processor for it.');
  const { vendor, architecture, device, description, isFallbackAdapter } = adapter.info;
  const words = description || [vendor, architecture || device].filter(Boolean).join(' ');
  return {
    adapter,
    device: words || 'graphics processor',
    software: isFallbackAdapter || isSoftware(`${vendor} ${architecture} ${device} ${description}`),
  };
}

/** Types have it always there; insecure pages, older browsers and Node do not. */
function webgpuOf(scope: { readonly navigator?: { readonly gpu?: GPU } }): GPU | undefined {
  return scope.navigator?.gpu;
}

/** The renderer behind a WebGL 2 context of this thread. @throws Error with the reason where it has none */
export function lookAtWebgl(): Sight {
  if (typeof OffscreenCanvas === 'undefined') {
    throw new Error('this browser draws on the page only, not in a worker (Safari before 17).');
  }
  const gl = new OffscreenCanvas(1, 1).getContext('webgl2');
  if (!gl) throw new Error('the browser gives this thread no WebGL 2 context.');
  try {
    const device = rendererOf(gl);
    // Rendering into floats is what all computing here is; phones may have it for 16 bits only.
    if (
      !gl.getExtension('EXT_color_buffer_float') &&
      !gl.getExtension('EXT_color_buffer_half_float')
    ) {
      throw new Error(`${device} cannot draw into numbers with a fraction.`);
    }
    return { device, software: isSoftware(device) };
  } finally {
    gl.getExtension('WEBGL_lose_context')?.loseContext();
  }
}

export function rendererOf(gl: WebGL2RenderingContext): string {
  const info = gl.getExtension('WEBGL_debug_renderer_info');
  const renderer: unknown = gl.getParameter(info ? info.UNMASKED_RENDERER_WEBGL : gl.RENDERER);
  if (typeof renderer !== 'string' || renderer === '') return 'graphics processor';
  // Chromium's layer in between says "ANGLE (maker, renderer, driver)", codes of the device included.
  const angle = /^ANGLE \([^,]*, (.*), [^,]*\)$/.exec(renderer)?.[1] ?? renderer;
  return angle.replaceAll(/ \(0x[0-9A-F]+\)/gi, '');
}
