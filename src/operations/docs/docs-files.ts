// The files of the Swagger UI page: a fixed list, read once at start. Paths never come from a request.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { FileAnswer } from './file-answer.js';

const MEDIA_TYPES = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  png: 'image/png',
} as const;

/** Long enough for one visit, short enough that an upgrade shows. */
const CACHE_SECONDS = 300;

const OF_SWAGGER_UI = ['swagger-ui-bundle.js', 'swagger-ui.css', 'favicon-32x32.png'];
const OURS = [
  'index.html',
  'docs.css',
  'start.js',
  'plugin.js',
  'carry.js',
  'authenticator.js',
  'totp.js',
  'renewal.js',
  'notes.js',
];

export function readDocsFiles(): ReadonlyMap<string, FileAnswer> {
  const require = createRequire(import.meta.url);
  const theirs = OF_SWAGGER_UI.map((name) => [name, fileOf(name, require.resolve(`swagger-ui-dist/${name}`))] as const);
  const ours = OURS.map((name) => [name, fileOf(name, new URL(`assets/${name}`, import.meta.url))] as const);
  return new Map([...theirs, ...ours]);
}

function fileOf(name: string, path: string | URL): FileAnswer {
  const kind = name.slice(name.lastIndexOf('.') + 1) as keyof typeof MEDIA_TYPES;
  return { content: readFileSync(path), mediaType: MEDIA_TYPES[kind], cacheSeconds: CACHE_SECONDS };
}
