// The learning rate of a pair of convolutional networks.
import { expect, test } from 'vitest';
import {
  POOLING_RATE,
  rateFor,
} from '../../../../src/components/labs/convolutional/arrangements.ts';
import { caeDefaults } from '../../../../src/lib/models/cae.config.ts';

test('pooling gets a rate at which it learns, unless the reader has chosen one', () => {
  expect(rateFor('pool', caeDefaults.learningRate)).toBe(POOLING_RATE);
  expect(rateFor('pool', 2e-3)).toBe(2e-3);
  expect(rateFor('dense', caeDefaults.learningRate)).toBe(caeDefaults.learningRate);
});
