// The name of a tenant, for what its users see.
import { Injectable } from '@nestjs/common';
import { ClientRepository } from './client.repository.js';

@Injectable()
export class TenantNames {
  constructor(private readonly clients: ClientRepository) {}

  async of(tenantId: string): Promise<string> {
    return (await this.clients.tenantName(tenantId)) ?? '';
  }
}
