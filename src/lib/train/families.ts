// Finds a model family by its name: one lazy chunk each, so that a page loads only the model it shows.
// A new family is a new file of lib/models; nothing here changes.
import type { Family } from '../models/family.ts';

/** A family that this version of the site does not have. */
export class UnknownFamilyError extends Error {
  override readonly name = 'UnknownFamilyError';
}

// Families are used through `Family<unknown>`: a config made by `parse` goes back to the same family only.
type AnyFamily = Family<unknown>;

const NAME = /^[a-z0-9-]+$/;

/** The family of that name. Throws UnknownFamilyError. */
export async function loadFamily(name: string): Promise<AnyFamily> {
  if (!NAME.test(name)) throw new UnknownFamilyError(`"${name}" is no name of a model family.`);
  let module: unknown;
  try {
    module = await import(`../models/${name}.ts`);
  } catch (cause) {
    throw new UnknownFamilyError(`No model family "${name}" could be loaded.`, { cause });
  }
  if (!hasFamily(module)) throw new UnknownFamilyError(`"${name}" is not a model family.`);
  return module.family;
}

function hasFamily(module: unknown): module is { family: AnyFamily } {
  return typeof module === 'object' && module !== null && 'family' in module;
}
