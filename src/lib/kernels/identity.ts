// Identity: another tensor over the same memory. tfjs-wasm copies, and a training step asks for it dozens of
// times; its other backends share, as this does. Whatever writes in place (AdamUpdate) looks for sharers first.

import type { Kernel } from './define.ts';
import type { Native } from './native.ts';

export function identity(native: Native): Kernel {
  return (call) => {
    const x = call.any('x');
    return native.alias(x, x.shape);
  };
}
