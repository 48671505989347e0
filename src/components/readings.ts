// Measured figures that no manifest holds, from the committed reports under src/content/reports: what a script found,
// under a name, with its unit and its protocol. Knows no page and no model.
import { z } from 'astro/zod';

const reportFile = z.looseObject({
  protocol: z.looseObject({ command: z.string() }),
  readings: z.record(
    z.string(),
    z.object({ value: z.number(), unit: z.string(), protocol: z.string() }),
  ),
});

export interface Reading {
  readonly value: number;
  readonly unit: string;
  /** How it was measured, and with which command. */
  readonly protocol: string;
}

/** Thrown when a page asks for a report or a reading that is not there; the message names the ones that are. */
export class UnknownReadingError extends Error {
  override name = 'UnknownReadingError';
}

const files = import.meta.glob('../content/reports/*.json', { eager: true, import: 'default' });

/** One reading of the report src/content/reports/<report>.json. Throws UnknownReadingError. */
export function readingOf(report: string, name: string): Reading {
  const file = files[`../content/reports/${report}.json`];
  if (file === undefined) {
    throw new UnknownReadingError(
      `No report "${report}". There are: ${Object.keys(files).join(', ')}.`,
    );
  }
  const { protocol, readings } = reportFile.parse(file);
  const reading = readings[name];
  if (reading === undefined) {
    throw new UnknownReadingError(
      `Report "${report}" has no reading "${name}". It has: ${Object.keys(readings).join(', ')}.`,
    );
  }
  return { ...reading, protocol: `${reading.protocol} (${protocol.command})` };
}

/** A reading's number in print, for captions and other plain strings. */
export function printReading(report: string, name: string, digits: number): string {
  return readingOf(report, name).value.toFixed(digits).replace('-', '−');
}
