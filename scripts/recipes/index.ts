// All published models, by id.
import { recipes as ae } from './ae.ts';
import { recipes as cae } from './cae.ts';
import { recipes as hvae } from './hvae.ts';
import { recipes as introduction } from './introduction.ts';
import { recipes as iwae } from './iwae.ts';
import type { Recipe } from './recipe.ts';
import { recipes as vae } from './vae.ts';

const all: readonly Recipe[] = [...introduction, ...ae, ...cae, ...vae, ...iwae, ...hvae];

/** The recipe of that id. Throws with the list of ids when there is none. */
export function recipeOf(id: string): Recipe {
  const found = all.find((recipe) => recipe.id === id);
  if (!found) throw new Error(`No model "${id}"; there are ${all.map((r) => r.id).join(', ')}.`);
  return found;
}

export const modelIds: readonly string[] = all.map((recipe) => recipe.id);
