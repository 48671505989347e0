// Adam (Kingma and Ba 2015, algorithm 1) over a model's parameters, with its moments in plain sight
// so that checkpoints can keep them. One fused kernel where the backend has one, five operations elsewhere.
// In 16-bit floats the second moment of a gradient below 0.008 would be no number but zero, and its update endless:
// there the kernel keeps the moment's root.
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
  tensor,
  tidy,
  variable,
  zeros,
} from '../ops/tf.ts';
import type { Parameters } from '../ops/layers.ts';
import type { NamedTensorMap, Tensor, Variable } from '../ops/tf.ts';

export const BETA1 = 0.9;
export const BETA2 = 0.999;
export const EPSILON = 1e-8;

/** Under the root's smallest number in 16-bit floats, an update stays below the learning rate. */
const ROOT_EPSILON = 1e-5;

/** First and second moments of one parameter, or the second's root. */
interface Moments {
  readonly first: Variable;
  readonly second: Variable;
}

export type Moment = keyof Moments;

/** The moments of one parameter as plain numbers, the same on every backend. */
export interface MomentsOf {
  readonly name: string;
  readonly shape: number[];
  readonly read: (moment: Moment) => Promise<Float32Array>;
  readonly write: (moment: Moment, values: Float32Array) => void;
}

export class Adam {
  /** Updates made; the bias corrections depend on it. */
  updates = 0;
  private readonly moments = new Map<string, Moments>();
  // Typed as always there; they are not where the backend lacks the kernel.
  private readonly rooted = Boolean(getKernel('AdamUpdateByRoot', getBackend()));
  private readonly fused = this.rooted || Boolean(getKernel('AdamUpdate', getBackend()));

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
    tidy(() => {
      for (const [name, { first, second }] of this.moments) {
        const value = this.parameters[name];
        const gradient = gradients[name];
        if (!value || !gradient) throw new Error(`Adam: no gradient for "${name}".`);
        if (this.fused) {
          engine().runKernel(
            this.rooted ? 'AdamUpdateByRoot' : 'AdamUpdate',
            { variable: value, gradient, m: first, v: second },
            {
              learningRate,
              beta1: BETA1,
              beta2: BETA2,
              epsilon: this.rooted ? ROOT_EPSILON : EPSILON,
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

  /** The optimiser's part of a checkpoint, parameter by parameter. */
  state(): readonly MomentsOf[] {
    return [...this.moments].map(([name, moments]) => {
      const { shape } = moments.first;
      const isRoot = (moment: Moment) => this.rooted && moment === 'second';
      return {
        name,
        shape,
        read: async (moment) => {
          const values = Float32Array.from(await moments[moment].data());
          return isRoot(moment) ? values.map((root) => root * root) : values;
        },
        write: (moment, values) => {
          const held = isRoot(moment) ? values.map(Math.sqrt) : values;
          tidy(() => {
            moments[moment].assign(tensor(held, shape));
          });
        },
      };
    });
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
