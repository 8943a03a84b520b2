import { Controller, Get } from '@nestjs/common';
import { RouteContract } from '../contract/route-contract.js';
import { Metadata } from './metadata.js';
import { Jwks, ServerMetadata } from './oauth.dto.js';

// Metadata and keys can be cached for five minutes.
const CACHE_SECONDS = 300;

@Controller('.well-known')
export class MetadataController {
  constructor(private readonly metadata: Metadata) {}

  @Get('oauth-authorization-server')
  @RouteContract({
    summary: 'Get the metadata of the authorization server',
    description: 'Returns the OAuth 2.0 metadata (RFC 8414).',
    auth: 'none',
    throttle: 'address',
    data: 'public',
    audit: [],
    answer: { status: 200, schema: ServerMetadata, cacheSeconds: CACHE_SECONDS },
  })
  server(): ServerMetadata {
    return this.metadata.server();
  }

  @Get('jwks.json')
  @RouteContract({
    summary: 'List the keys that verify tokens',
    description: 'Returns the public keys as a JWK set (RFC 7517). A key is listed for ten minutes before it signs.',
    auth: 'none',
    throttle: 'address',
    data: 'public',
    audit: [],
    answer: { status: 200, schema: Jwks, cacheSeconds: CACHE_SECONDS },
  })
  jwks(): Jwks {
    return this.metadata.jwks();
  }
}
