// Plays a recorded run where nothing can compute: fetches it once, and moves through its moments as the transport bar
// says. Train plays, Step goes one moment on, Reset goes back to the first. Knows no picture.
import type { FileRef } from '../../../lib/protocol/messages.ts';
import { toFault } from './fault.ts';
import { readPack } from './recorded/pack.ts';
import { Recording } from './recorded/recording.ts';

/** Milliseconds that a moment is shown at full speed. */
const MOMENT_MS = 900;

export class Playback {
  recording = $state.raw<Recording | null>(null);
  /** Why there is no recording, in words; empty while all is well. */
  fault = $state('');
  /** Which moment is shown. */
  moment = $state(0);
  playing = $state(false);
  speed = $state(1);

  /** Moments that the recording has. */
  moments = $derived(this.recording?.moments ?? 0);
  steps = $derived<readonly number[]>([...(this.recording?.all('step').values ?? [])]);
  /** Updates made at the moment shown. */
  step = $derived(this.steps[this.moment] ?? 0);
  /** The objective over the last 20 updates at most; null before the first. */
  loss = $derived.by(() => {
    if (!this.recording || this.step === 0) return null;
    const at = this.recording.all('curve/step').values.indexOf(this.step);
    return this.recording.all('curve/objective').values[at] ?? null;
  });

  readonly #file: FileRef;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Whether it was playing when it was hidden. */
  #resting = false;

  constructor(file: FileRef) {
    this.#file = file;
  }

  /** Fetches the recording. What goes wrong is in `fault`. */
  async load(): Promise<void> {
    this.fault = '';
    try {
      this.recording = await fetchRecording(this.#file);
      this.moment = 0;
    } catch (error) {
      this.fault = toFault(error).message;
    }
  }

  /** Plays on; from the first moment when the last was reached. */
  train = (): void => {
    if (this.playing || this.moments === 0) return;
    if (this.moment >= this.moments - 1) this.moment = 0;
    this.playing = true;
    this.#wait();
  };

  pause = (): void => {
    clearTimeout(this.#timer);
    this.playing = false;
    this.#resting = false;
  };

  /** The next moment; the last stays. */
  stepOnce = (): void => {
    this.pause();
    this.seek(this.moment + 1);
  };

  reset = (): void => {
    this.pause();
    this.seek(0);
  };

  seek(moment: number): void {
    this.moment = Math.max(0, Math.min(this.moments - 1, moment));
  }

  setSpeed(speed: number): void {
    this.speed = speed;
    if (this.playing) this.#wait();
  }

  /** Stops while nobody looks; `wake` goes on. */
  rest(): void {
    const { playing } = this;
    this.pause();
    this.#resting = playing;
  }

  wake(): void {
    if (this.#resting) this.train();
    this.#resting = false;
  }

  close(): void {
    this.pause();
  }

  #wait(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.seek(this.moment + 1);
      if (this.moment < this.moments - 1) this.#wait();
      else this.playing = false;
    }, MOMENT_MS / this.speed);
  }
}

/** Throws an error whose message says what to do. */
async function fetchRecording({ url, bytes }: FileRef): Promise<Recording> {
  const response = await fetch(url).catch(() => null);
  if (!response)
    throw new Error('The recorded run could not be fetched: the network did not answer.');
  if (!response.ok || !response.body) {
    throw new Error(
      'The recorded run is not there any more. The site was updated: reload the page.',
    );
  }
  const packed = await response.blob();
  if (packed.size !== bytes) {
    throw new Error(
      `The recorded run has ${packed.size} bytes, expected ${bytes}. Reload the page.`,
    );
  }
  const stream = packed.stream().pipeThrough(new DecompressionStream('gzip'));
  return new Recording(readPack(new Uint8Array(await new Response(stream).arrayBuffer())));
}
