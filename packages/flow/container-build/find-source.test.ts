import { expect, test } from '@jest/globals';
import { chooseSource } from './find-source.js';

const paths = [
  'services/orders/src/test/java/shop/TotalTest.java',
  'services/catalog/src/test/java/shop/TotalTest.java',
  'services/orders/money/money_test.go',
  'libs/other/money_test.go',
  'web/tests/total.spec.ts',
  'total.c',
];

test.each([
  ['a class, in the folder that was tested', 'shop/TotalTest.java', 'services/orders', paths[0]],
  ['a class that two services have', 'shop/TotalTest.java', '.', undefined],
  ['a package of Go', 'example.com/orders/money/money_test.go', '.', paths[2]],
  ['a bare name that is there twice', 'money_test.go', '.', undefined],
  ['a bare name', 'total.spec.ts', '.', paths[4]],
  ['a path of the container', '/src/tests/total.spec.ts', '.', paths[4]],
  ['a path of the container with the name alone in common', '/usr/src/total.c', '.', undefined],
  ['nothing alike', 'other.ts', '.', undefined],
])('%s', (_name, file, folder, expected) => {
  expect(chooseSource(file, paths, folder)).toBe(expected);
});
