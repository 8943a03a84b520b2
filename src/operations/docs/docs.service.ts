// The documentation as responses, made once at start. None if the operator turned it off.
import { Inject, Injectable } from '@nestjs/common';
import { ROUTES, type RouteEntry } from '../../contract/inventory.js';
import { areDocsOn, SETTINGS, type Settings } from '../../platform/config/settings.js';
import { Problem } from '../../platform/errors/problem.js';
import { demoSettings } from './demo-settings.js';
import { readDocsFiles } from './docs-files.js';
import type { FileAnswer } from './file-answer.js';
import { openApiDocument } from './openapi/document.js';
import type { LimitsPerMinute } from './openapi/operation.js';

/** The one file that is made at each request. */
const SETTINGS_FILE = 'settings.json';
const CACHE_SECONDS = 300;

@Injectable()
export class DocsService {
  private readonly files: ReadonlyMap<string, FileAnswer>;
  private readonly document: FileAnswer | null;

  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(ROUTES) routes: readonly RouteEntry[],
  ) {
    const isOn = areDocsOn(settings);
    this.files = isOn ? readDocsFiles() : new Map();
    this.document = isOn ? documentOf(routes, settings) : null;
  }

  /** @throws Problem `not_found` */
  openApi(): FileAnswer {
    if (this.document === null) throw new Problem('not_found');
    return this.document;
  }

  /** @throws Problem `not_found` */
  page(): FileAnswer {
    return this.listed('index.html');
  }

  /** @throws Problem `not_found` */
  file(name: string, host: string | null): FileAnswer {
    if (name === SETTINGS_FILE && this.document !== null) return demoSettings(this.settings, host);
    return this.listed(name);
  }

  private listed(name: string): FileAnswer {
    const file = this.files.get(name);
    if (!file) throw new Problem('not_found');
    return file;
  }
}

function documentOf(routes: readonly RouteEntry[], settings: Settings): FileAnswer {
  const limits: LimitsPerMinute = {
    address: settings.THROTTLE_ADDRESS,
    'token-endpoint': settings.THROTTLE_TOKEN,
    client: settings.THROTTLE_CLIENT,
    device: settings.THROTTLE_DEVICE,
  };
  const content = JSON.stringify(openApiDocument(routes, limits));
  return { content, mediaType: 'application/json; charset=utf-8', cacheSeconds: CACHE_SECONDS };
}
