import { Controller, Get, Header } from '@nestjs/common';
import { RouteContract } from '../../contract/route-contract.js';
import { SecurityTxt } from './security-txt.js';

@Controller('.well-known')
export class SecurityTxtController {
  constructor(private readonly text: SecurityTxt) {}

  @Get('security.txt')
  @Header('Content-Type', 'text/plain; charset=utf-8')
  @RouteContract({
    summary: 'Get the contact for vulnerability reports',
    description: 'Returns security.txt (RFC 9116). 404 if the operator set no contact.',
    auth: 'none',
    throttle: 'address',
    data: 'public',
    audit: [],
    answer: { status: 200, file: 'text/plain', cacheSeconds: 300 },
    refusals: ['not_found'],
  })
  show(): string {
    return this.text.show();
  }
}
