// How a layer's maps are laid out as one picture, and which unit is where in it. Pure.
import { codeLayer, type CaeConfig } from '../../../lib/models/cae.config.ts';
import { tiling, type Tiling } from '../../ui/tensor.ts';
import type { Unit } from './fields.ts';

/** A layer's sizes; of a dense code height and width are 1. */
export interface LayerShape {
  readonly name: string;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

export interface Layout extends Tiling {
  /** Screen pixels of a number. */
  readonly scale: number;
  /** Whether every tile is a map; else the layer is one row of numbers, folded. */
  readonly maps: boolean;
}

const GAP = 1;
/** Columns of a dense code's picture, and the largest that is drawn large. */
const CODE_COLUMNS = 4;
const SMALL_CODE = 64;

export function layoutOf({ channels, height, width }: LayerShape): Layout {
  if (height === 1 && width === 1) {
    const columns = channels <= SMALL_CODE ? CODE_COLUMNS : Math.ceil(Math.sqrt(channels));
    return {
      ...tiling(1, channels, columns, 1),
      scale: channels <= SMALL_CODE ? 12 : 2,
      maps: false,
    };
  }
  const across = channels === 1 ? 1 : width <= 7 && channels > 32 ? 8 : 4;
  return {
    ...tiling(channels, height * width, width, across),
    scale: channels === 1 ? 3 : 2,
    maps: true,
  };
}

/** The unit at a place of the picture, in the picture's own pixels; null in a gap or outside. */
export function unitAt(shape: LayerShape, layout: Layout, x: number, y: number): Unit | null {
  const { columns, rows, across, tiles, maps } = layout;
  const [pitchX, pitchY] = [columns + GAP, rows + GAP];
  const tile = Math.floor(y / pitchY) * across + Math.floor(x / pitchX);
  const [column, row] = [Math.floor(x % pitchX), Math.floor(y % pitchY)];
  if (x < 0 || y < 0 || x >= layout.width || y >= layout.height) return null;
  if (tile >= tiles || column >= columns || row >= rows) return null;
  if (maps) return { layer: shape.name, channel: tile, row, column };
  const channel = row * columns + column;
  return channel < shape.channels ? { layer: shape.name, channel, row: 0, column: 0 } : null;
}

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Where a rectangle of one map is in the picture. */
export function boxIn(
  layout: Layout,
  channel: number,
  rows: readonly [number, number],
  columns: readonly [number, number],
): Box {
  if (!layout.maps) {
    return {
      x: channel % layout.columns,
      y: Math.floor(channel / layout.columns),
      width: 1,
      height: 1,
    };
  }
  const left = (channel % layout.across) * (layout.columns + GAP);
  const top = Math.floor(channel / layout.across) * (layout.rows + GAP);
  return {
    x: left + columns[0],
    y: top + rows[0],
    width: columns[1] - columns[0] + 1,
    height: rows[1] - rows[0] + 1,
  };
}

/** The unit that a key leads to; null for a key that leads nowhere. */
export function movedBy(key: string, unit: Unit, shape: LayerShape): Unit | null {
  const { channels, height, width } = shape;
  const flat = height === 1 && width === 1;
  const within = (value: number, size: number): number => Math.max(0, Math.min(size - 1, value));
  const at = (channel: number, row: number, column: number): Unit => ({
    layer: unit.layer,
    channel: within(channel, channels),
    row: within(row, height),
    column: within(column, width),
  });
  const { channel, row, column } = unit;
  switch (key) {
    case 'ArrowLeft':
      return flat ? at(channel - 1, row, column) : at(channel, row, column - 1);
    case 'ArrowRight':
      return flat ? at(channel + 1, row, column) : at(channel, row, column + 1);
    case 'ArrowUp':
      return flat ? at(channel - CODE_COLUMNS, row, column) : at(channel, row - 1, column);
    case 'ArrowDown':
      return flat ? at(channel + CODE_COLUMNS, row, column) : at(channel, row + 1, column);
    case 'PageUp':
      return at(channel - 1, row, column);
    case 'PageDown':
      return at(channel + 1, row, column);
    case 'Home':
      return at(0, row, column);
    case 'End':
      return at(channels - 1, row, column);
    default:
      return null;
  }
}

/** What a layer is called on the page. */
export function titleOf(name: string, config: CaeConfig | null): string {
  if (name === 'x' || name === 'x̂') return name;
  if (name === 'code') return 'code z';
  const [part = '', index = '0'] = name.split('.');
  const offset = part === 'decoder' && (config?.bottleneck ?? 0) > 0 ? 0 : 1;
  const title = `${part} ${Number(index) + offset}`;
  const title0 = part === 'decoder' && Number(index) + offset === 0 ? 'unflattened' : title;
  return config && name === codeLayer(config) ? `${title0} = code z` : title0;
}

/** The part of the model whose colour a layer has. */
export function toneOf(name: string, config: CaeConfig | null): 'data' | 'enc' | 'lat' | 'dec' {
  if (name === 'x') return 'data';
  if (name === 'code' || (config && name === codeLayer(config))) return 'lat';
  return name.startsWith('encoder') ? 'enc' : 'dec';
}
