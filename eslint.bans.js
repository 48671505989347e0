// Who may import whom: ARCHITECTURE.md's arrows, one row per folder, as ESLint blocks.
// Knows folders and import paths only; the other rules are in eslint.config.js.

/** A relative path into one of the named folders of src/lib, written from inside src/lib or from outside. */
const lib = (/** @type {string[]} */ ...folders) =>
  `^\\.{1,2}/(?:[^/]+/)*(?:lib/)?(?:${folders.join('|')})/`;

const tfjs = '^@tensorflow/';
const node =
  '^(?:node:|(?:fs|path|os|url|crypto|child_process|worker_threads|process|zlib)(?:/|$))';
const interfaceCode = '^(?:svelte|astro|@astrojs|uplot|d3-)|\\.(?:svelte|astro)$|/components/';
const scripts = '^(?:\\.{1,2}/)+scripts/';

/** @typedef {{regex: string, why: string, types?: boolean}} Ban types: a type-only import is allowed */

/** @type {Ban[]} */
const engineWide = [
  { regex: interfaceCode, why: 'src/lib does not know the interface.' },
  { regex: scripts, why: 'Scripts are hosts over src/lib, never the other way round.' },
];

/** @type {Ban[]} */
const pure = [
  ...engineWide,
  { regex: node, why: 'No Node here: the host passes bytes in.' },
  { regex: tfjs, why: 'tfjs-core is imported by src/lib/ops/tf.ts only.' },
];

const upward = (/** @type {string[]} */ ...folders) => ({
  regex: lib(...folders),
  why: `Upward import: this folder is below ${folders.join(', ')}.`,
});

/**
 * One row per folder. A file may match one row only: in a flat config the last match wins, whole.
 * @type {{files: string[], ignores?: string[], bans: Ban[]}[]}
 */
const rows = [
  {
    files: ['src/lib/protocol/**'],
    bans: [
      ...pure,
      {
        regex: '.',
        types: true,
        why: 'The protocol is types only, so that both sides can import it.',
      },
    ],
  },
  {
    files: ['src/lib/ops/**'],
    ignores: ['src/lib/ops/{tf,gradients}.ts'],
    bans: [
      ...pure,
      upward('models', 'train', 'worker', 'client', 'backends', 'kernels', 'metrics', 'data'),
    ],
  },
  {
    files: ['src/lib/ops/{tf,gradients}.ts'],
    bans: [
      ...engineWide,
      { regex: node, why: 'No Node here.' },
      upward('models', 'train', 'worker', 'client', 'backends', 'metrics', 'data', 'weights'),
    ],
  },
  {
    files: ['src/lib/models/**'],
    bans: [...pure, upward('train', 'worker', 'client', 'backends', 'kernels', 'metrics', 'data')],
  },
  {
    files: ['src/lib/train/**'],
    bans: [...pure, upward('worker', 'client', 'backends')],
  },
  {
    files: ['src/lib/metrics/arrays/**'],
    bans: [
      ...pure,
      {
        regex: '(?:^|/)(?:ops/(?!random)|tensors/|kernels/)',
        why: 'metrics/arrays runs on the main thread: plain numbers, no tensors.',
      },
      upward('models', 'train', 'worker', 'client', 'backends'),
    ],
  },
  {
    files: ['src/lib/metrics/**'],
    ignores: ['src/lib/metrics/arrays/**'],
    bans: [...pure, upward('train', 'worker', 'client', 'backends', 'kernels')],
  },
  {
    files: ['src/lib/data/**', 'src/lib/weights/**'],
    bans: [...pure, upward('models', 'train', 'worker', 'client', 'backends', 'kernels')],
  },
  {
    files: ['src/lib/kernels/**'],
    bans: [
      ...engineWide,
      upward('models', 'train', 'worker', 'client', 'backends', 'metrics', 'data', 'weights'),
    ],
  },
  {
    files: ['src/lib/backends/**'],
    bans: [
      ...engineWide,
      upward('models', 'train', 'worker', 'client', 'metrics', 'data', 'weights'),
    ],
  },
  {
    files: ['src/lib/worker/**'],
    bans: [
      ...engineWide,
      { regex: node, why: 'The worker runs in the browser.' },
      { regex: tfjs, why: 'tfjs-core is imported by src/lib/ops/tf.ts only.' },
      upward('client'),
    ],
  },
  {
    files: ['src/lib/client/**'],
    bans: [
      ...pure,
      upward(
        'ops',
        'models',
        'train',
        'worker',
        'backends',
        'kernels',
        'metrics',
        'data',
        'weights',
      ),
    ],
  },
  {
    files: ['src/components/ui/**'],
    bans: [
      { regex: tfjs, why: 'The interface shows plain numbers: no tfjs.' },
      { regex: node, why: 'Interface code runs in the browser.' },
      {
        regex: lib(
          'ops',
          'models',
          'train',
          'worker',
          'client',
          'protocol',
          'backends',
          'kernels',
          'data',
          'weights',
        ),
        why: 'ui: props in, callbacks out. It knows no worker and no model.',
      },
      { regex: '(?:^|/)labs/', why: 'ui knows no lab.' },
    ],
  },
  ...['*', '*/*', '*/*/*'].map((depth, n) => ({
    files: [`src/components/labs/*/${depth}`],
    bans: [
      { regex: tfjs, why: 'Labs ask the worker: no tfjs on the main thread.' },
      {
        regex: lib('ops', 'train', 'worker', 'backends', 'kernels'),
        why: 'Labs talk to lib/client; the engine stays in the worker.',
      },
      {
        regex: '(?:^|/)lib/metrics/(?!arrays/)',
        why: 'Only metrics/arrays runs on the main thread.',
      },
      {
        regex: '(?:^|/)lib/models/(?!(?:.*/)?[^/]+\\.config(?:\\.ts)?$)',
        types: true,
        why: 'Of lib/models a lab takes *.config.ts and types only.',
      },
      {
        // labs/shared is for what all labs repeat; it is under the same ban.
        regex: `(?:^|/)labs/|^${'\\.\\./'.repeat(n + 1)}(?!\\.\\.|shared/)`,
        why: 'A lab never imports another lab.',
      },
    ],
  })),
  {
    files: ['src/components/*', 'src/components/{site,figures}/**'],
    bans: [
      { regex: tfjs, why: 'No tfjs outside src/lib.' },
      {
        regex: lib('ops', 'train', 'worker', 'backends', 'kernels'),
        why: 'The engine is reached through a lab.',
      },
    ],
  },
  {
    files: ['scripts/**'],
    bans: [
      { regex: tfjs, why: 'Scripts are thin hosts: tensor work belongs in src/lib.' },
      { regex: '\\.svelte$', why: 'Scripts do not draw the interface.' },
    ],
  },
];

/** `import()` escapes no-restricted-imports: the same bans as selectors over its literal. */
const dynamic = (/** @type {Ban} */ { regex, why }) => ({
  selector: `ImportExpression > Literal[value=/${regex.replaceAll('/', '\\/')}/]`,
  message: why,
});

/** Rules of syntax that hold everywhere; a block that sets no-restricted-syntax again must repeat them. */
const everywhere = [
  {
    selector:
      'TSNonNullExpression:not([expression.type="MemberExpression"][expression.computed=true])' +
      ':not([expression.callee.property.name=/^(?:get|at|pop)$/])',
    message: 'A "!" is for a look-up that cannot miss; elsewhere handle the missing value.',
  },
  {
    selector: 'TSAsExpression > TSAsExpression',
    message: 'A double cast hides a wrong type: parse the value at the edge.',
  },
];

/** The protocol holds types: nothing of it may exist at run time. */
const typesOnly = {
  selector:
    'Program > :matches(VariableDeclaration, FunctionDeclaration, ClassDeclaration, TSEnumDeclaration), ' +
    'Program > ExportNamedDeclaration > :matches(VariableDeclaration, FunctionDeclaration, ClassDeclaration, TSEnumDeclaration).declaration',
  message: 'The protocol is types only.',
};

/** @type {import('eslint').Linter.Config[]} */
export default [
  { rules: { 'no-restricted-syntax': ['error', ...everywhere] } },
  ...rows.map(({ files, ignores, bans }) => ({
    files,
    ...(ignores ? { ignores } : {}),
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          patterns: bans.map(({ regex, why, types }) => ({
            regex,
            message: why,
            ...(types ? { allowTypeImports: true } : {}),
          })),
        },
      ],
      'no-restricted-syntax': [
        'error',
        ...everywhere,
        ...bans.map(dynamic),
        ...(files.includes('src/lib/protocol/**') ? [typesOnly] : []),
      ],
    },
  })),
];
