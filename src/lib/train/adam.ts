// Adam (Kingma and Ba 2015, algorithm 1) over a model's parameters, with its moments in plain sight
// so that checkpoints can keep them. One fused kernel where the backend has one, five operations elsewhere.
import {
  add,
  div,
  engine,
  getBackend,
  getKernel,
  mul,
  sqrt,
  square,
  sub,
  tidy,
  variable,
  zeros,
} from '../ops/tf.ts';
import type { Parameters } from '../ops/layers.ts';
import type { NamedTensorMap, Tensor, Variable } from '../ops/tf.ts';

export const BETA1 = 0.9;
export const BETA2 = 0.999;
export const EPSILON = 1e-8;

/** First and second moments of one parameter. */
interface Moments {
  readonly first: Variable;
  readonly second: Variable;
}

export class Adam {
  /** Updates made; the bias corrections depend on it. */
  updates = 0;
  private readonly moments = new Map<string, Moments>();

  constructor(private readonly parameters: Parameters) {
    for (const [name, { shape }] of Object.entries(parameters)) {
      this.moments.set(name, { first: zeroVariable(shape), second: zeroVariable(shape) });
    }
  }

  /** One update of every parameter from its gradient (same names). The gradients stay the caller's. */
  apply(gradients: NamedTensorMap, learningRate: number): void {
    this.updates += 1;
    const correction1 = 1 - BETA1 ** this.updates;
    const correction2 = 1 - BETA2 ** this.updates;
    // Typed as always there; it is not where the backend lacks the kernel.
    const fused = Boolean(getKernel('AdamUpdate', getBackend()));
    tidy(() => {
      for (const [name, { first, second }] of this.moments) {
        const value = this.parameters[name];
        const gradient = gradients[name];
        if (!value || !gradient) throw new Error(`Adam: no gradient for "${name}".`);
        if (fused) {
          engine().runKernel(
            'AdamUpdate',
            { variable: value, gradient, m: first, v: second },
            {
              learningRate,
              beta1: BETA1,
              beta2: BETA2,
              epsilon: EPSILON,
              correction1,
              correction2,
            },
          );
          continue;
        }
        first.assign(add(mul(first as Tensor, BETA1), mul(gradient, 1 - BETA1)));
        second.assign(add(mul(second as Tensor, BETA2), mul(square(gradient), 1 - BETA2)));
        const denominator = add(sqrt(div(second as Tensor, correction2)), EPSILON);
        const update = div(mul(first as Tensor, learningRate / correction1), denominator);
        value.assign(sub(value as Tensor, update));
      }
    });
  }

  /** Moments by name, `first` and `second`: the optimiser's part of a checkpoint. */
  state(): readonly { name: string; moments: Moments }[] {
    return [...this.moments].map(([name, moments]) => ({ name, moments }));
  }

  dispose(): void {
    for (const { first, second } of this.moments.values()) {
      first.dispose();
      second.dispose();
    }
    this.moments.clear();
  }
}

function zeroVariable(shape: number[]): Variable {
  return tidy(() => variable(zeros(shape), false));
}
