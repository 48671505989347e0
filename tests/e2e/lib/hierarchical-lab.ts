// The frame of the hierarchical lab by the names a visitor reads: its switches, its rates, what the guide says.
import type { Locator } from 'playwright/test';
import { LevelPage } from './level-lab.ts';

export const hierarchicalAddress = 'variational/hierarchical-vae/';

export class HierarchicalPage extends LevelPage {
  tab(name: string): Locator {
    return this.root.getByRole('tab', { name, exact: true });
  }

  /** What the guided experiment says. */
  get advice(): Locator {
    return this.root.getByRole('status').filter({ hasText: /dead|^Trains from/ });
  }

  /** One side of a switch. */
  choice(name: string, side: 'On' | 'Off'): Locator {
    return this.root
      .getByRole('group', { name, exact: true })
      .getByRole('radio', { name: side, exact: true });
  }

  async turn(name: string, side: 'On' | 'Off'): Promise<void> {
    // Not `check`: a switch that asks first stays where it is.
    await this.choice(name, side).click({ force: true });
  }

  /** Nats of each level as the bars of the panel "Rates" show them, the top first; none before they are measured. */
  async rates(of = ''): Promise<number[]> {
    const bars = this.root.getByRole('img', { name: `${of}KL per level, nats, held out` });
    const label = (await bars.first().getAttribute('aria-label')) ?? '';
    const nats = [...label.matchAll(/z[₁-₉]?: ([\d.−-]+)/g)].map(([, value = '']) =>
      Number(value.replace('−', '-')),
    );
    return nats.some((value) => value !== 0) ? nats : [];
  }
}
