import { Controller, Get, Param, UseInterceptors } from '@nestjs/common';
import { HostOf } from '../../contract/caller.js';
import { RouteContract } from '../../contract/route-contract.js';
import { DocsFile } from './docs.dto.js';
import { DocsService } from './docs.service.js';
import { FileHeaders, type FileAnswer } from './file-answer.js';

@Controller()
@UseInterceptors(FileHeaders)
export class DocsController {
  constructor(private readonly docs: DocsService) {}

  @Get('openapi.json')
  @RouteContract({
    summary: 'Get the OpenAPI document',
    description:
      'Returns this document, OpenAPI 3.1. 404 if the setting DOCS is off, which is the default in production.',
    auth: 'none',
    throttle: 'address',
    data: 'public',
    audit: [],
    answer: { status: 200, file: 'application/json' },
    refusals: ['not_found'],
  })
  openApi(): FileAnswer {
    return this.docs.openApi();
  }

  @Get('docs')
  @RouteContract({
    summary: 'Show Swagger UI',
    description: 'Returns this page. 404 if the setting DOCS is off.',
    auth: 'none',
    throttle: 'address',
    data: 'public',
    audit: [],
    answer: { status: 200, file: 'text/html' },
    refusals: ['not_found'],
  })
  page(): FileAnswer {
    return this.docs.page();
  }

  @Get('docs/:file')
  @RouteContract({
    summary: 'Get a file of Swagger UI',
    description:
      'Returns a script, style or setting of this page, from a fixed list. `settings.json` holds the demo ' +
      'client only if the service listens on loopback outside production, and the request names a loopback ' +
      'host.',
    auth: 'none',
    throttle: 'address',
    data: 'credential',
    audit: [],
    answer: { status: 200, file: '*/*' },
    refusals: ['not_found'],
  })
  file(@HostOf() host: string | null, @Param('file', { schema: DocsFile }) file: string): FileAnswer {
    return this.docs.file(file, host);
  }
}
