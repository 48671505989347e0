// Chooses and compiles the kernels' module: with relaxed SIMD where this browser has it.

/** The two builds of src/lib/kernels/assembly as bytes, loaded when chosen. */
export interface KernelBinaries {
  readonly relaxedKernels: () => Promise<Uint8Array<ArrayBuffer>>;
  readonly plainKernels: () => Promise<Uint8Array<ArrayBuffer>>;
}

export interface KernelModule {
  readonly module: WebAssembly.Module;
  /** Whether products round once per multiplication and addition, and run about twice as fast. */
  readonly relaxed: boolean;
}

/** A function of two instructions, i32.const and i8x16.splat: validates only where SIMD exists. */
const SIMD_PROBE = new Uint8Array([
  ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00], // magic, version 1
  ...[0x01, 0x05, 0x01, 0x60, 0x00, 0x01, 0x7b], // type: () → v128
  ...[0x03, 0x02, 0x01, 0x00], // one function of that type
  ...[0x0a, 0x08, 0x01, 0x06, 0x00], // its body: no locals
  ...[0x41, 0x00, 0xfd, 0x0f, 0x0b], // splat of 0, end
]);

/** A function of one instruction, f32x4.relaxed_madd: validates only where relaxed SIMD exists. */
const RELAXED_PROBE = new Uint8Array([
  ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00], // magic, version 1
  ...[0x01, 0x08, 0x01, 0x60, 0x03, 0x7b, 0x7b, 0x7b, 0x01, 0x7b], // type: (v128, v128, v128) → v128
  ...[0x03, 0x02, 0x01, 0x00], // one function of that type
  ...[0x0a, 0x0d, 0x01, 0x0b, 0x00], // its body: no locals
  ...[0x20, 0x00, 0x20, 0x01, 0x20, 0x02, 0xfd, 0x85, 0x02, 0x0b], // madd of the arguments, end
]);

export function hasSimd(): boolean {
  return typeof WebAssembly !== 'undefined' && WebAssembly.validate(SIMD_PROBE);
}

export function hasRelaxedSimd(): boolean {
  return WebAssembly.validate(RELAXED_PROBE);
}

/** @param relaxed which build to take; the tests ask for both */
export async function loadKernels(
  binaries: KernelBinaries,
  relaxed = hasRelaxedSimd(),
): Promise<KernelModule> {
  const bytes = await (relaxed ? binaries.relaxedKernels() : binaries.plainKernels());
  return { module: await WebAssembly.compile(bytes), relaxed };
}
