// The part of the package `webgpu` (Dawn for Node) that scripts/lib/dawn.ts uses. It is no dependency: who wants it
// installs it.
declare module 'webgpu' {
  /** @param options switches of Dawn, such as "backend=vulkan" */
  export function create(options: string[]): GPU;
  /** GPUBufferUsage and the other names that a browser has. */
  export const globals: Readonly<Record<string, unknown>>;
}
