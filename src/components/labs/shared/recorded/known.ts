// Reads, at build, where a lab's recorded run is. Runs in Astro only; a recording that is missing or too large fails the build.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { FileRef } from '../../../../lib/protocol/messages.ts';
import type { ToUrl } from '../known.ts';

/** Bytes that a lab's recorded run may have. */
export const RECORDING_LIMIT = 150_000;

/** The recorded run of a lab, by its slug. */
export function knownRecording(lab: string, toUrl: ToUrl): FileRef {
  const file = `recorded/${lab}.pack`;
  const at = path.join('public', file);
  if (!existsSync(at)) {
    throw new Error(`The lab "${lab}" has no recorded run at ${at}. Make it with: npm run record`);
  }
  const content = readFileSync(at);
  if (content.length > RECORDING_LIMIT) {
    throw new Error(
      `${at} has ${content.length} bytes; ${RECORDING_LIMIT} are allowed. Keep fewer moments of it.`,
    );
  }
  const sha256 = createHash('sha256').update(content).digest('hex');
  return { url: `${toUrl(file)}?v=${sha256.slice(0, 12)}`, bytes: content.length, sha256 };
}
