// A documentation file with its headers. `FileHeaders` sets them; only controllers of this folder use it.
import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { map, type Observable } from 'rxjs';

export interface FileAnswer {
  readonly content: string | Buffer;
  readonly mediaType: string;
  /** Absent: not cached. */
  readonly cacheSeconds?: number;
}

// SECURITY(T-19): no inline script or style, no eval, no other origin, no frame. So injected text stays text. `data:`
// is for the icons of Swagger UI and for QR codes.
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

@Injectable()
export class FileHeaders implements NestInterceptor<FileAnswer, string | Buffer> {
  intercept(context: ExecutionContext, next: CallHandler<FileAnswer>): Observable<string | Buffer> {
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    return next.handle().pipe(
      map(({ content, mediaType, cacheSeconds }) => {
        reply.headers({ 'Content-Type': mediaType, 'Content-Security-Policy': CONTENT_SECURITY_POLICY });
        if (cacheSeconds !== undefined) reply.header('Cache-Control', `public, max-age=${cacheSeconds}`);
        return content;
      }),
    );
  }
}
