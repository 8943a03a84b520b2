// The facts of clients under their rows' MACs: scopes and status, hashes of secrets, public keys, and the tenant's
// settings that a token depends on.
import { Injectable } from '@nestjs/common';
import { RowAlarm } from '../../abuse/alerts/row-alarm.js';
import { RowBinder } from '../../platform/keys/row-binder.js';

interface Mac {
  readonly rowMac: Uint8Array | null;
}

interface ClientFacts {
  readonly tenantId: string;
  readonly id: string;
  readonly scopes: readonly string[];
  readonly status: string;
  readonly suspendedAt: Date | null;
}

interface SecretFacts {
  readonly tenantId: string;
  readonly clientId: string;
  readonly slot: number;
  readonly secretHash: Uint8Array;
}

interface KeyFacts {
  readonly tenantId: string;
  readonly clientId: string;
  readonly slot: number;
  readonly kid: string;
  readonly publicJwk: unknown;
}

export interface TenantFacts {
  readonly id: string;
  readonly recoveryDelayHours: number;
  readonly webauthnRpId: string | null;
  readonly webauthnOrigins: readonly string[];
  readonly boundTokensOnly: boolean;
  readonly deviceCoolOffHours: number;
  readonly pushUrl: string | null;
}

/** The columns of a new tenant. */
export const NEW_TENANT: Omit<TenantFacts, 'id'> = {
  recoveryDelayHours: 24,
  webauthnRpId: null,
  webauthnOrigins: [],
  boundTokensOnly: false,
  deviceCoolOffHours: 24,
  pushUrl: null,
};

interface StoredClient extends ClientFacts, Mac {
  readonly secrets: readonly (SecretFacts & Mac)[];
  readonly keys: readonly (KeyFacts & Mac)[];
  readonly tenant: TenantFacts & Mac;
}

@Injectable()
export class BoundClients {
  constructor(
    private readonly binder: RowBinder,
    private readonly alarm: RowAlarm,
  ) {}

  clientMac(client: ClientFacts): Uint8Array<ArrayBuffer> {
    return this.binder.bind('clients', clientFacts(client));
  }

  secretMac(secret: SecretFacts): Uint8Array<ArrayBuffer> {
    return this.binder.bind('client_secrets', secretFacts(secret));
  }

  keyMac(key: KeyFacts): Uint8Array<ArrayBuffer> {
    return this.binder.bind('client_keys', keyFacts(key));
  }

  tenantMac(tenant: TenantFacts): Uint8Array<ArrayBuffer> {
    return this.binder.bind('tenants', tenantFacts(tenant));
  }

  /** SECURITY(T-47): scopes, a secret or a key that the service did not write grant no token. */
  trusted<Client extends StoredClient>(client: Client): Client | null {
    const { tenantId, id: rowId } = client;
    const isBound = this.binder.isBound('clients', clientFacts(client), client.rowMac);
    if (!isBound) this.alarm.raise({ tenantId, rowId, table: 'clients' });
    if (!this.isTenantBound(client.tenant) || !isBound) return null;
    const secrets = client.secrets.filter((secret) =>
      this.checked(
        tenantId,
        'client_secrets',
        this.binder.isBound('client_secrets', secretFacts(secret), secret.rowMac),
      ),
    );
    const keys = client.keys.filter((key) =>
      this.checked(tenantId, 'client_keys', this.binder.isBound('client_keys', keyFacts(key), key.rowMac)),
    );
    return { ...client, secrets, keys };
  }

  isTenantBound(tenant: TenantFacts & Mac): boolean {
    return this.checked(tenant.id, 'tenants', this.binder.isBound('tenants', tenantFacts(tenant), tenant.rowMac));
  }

  private checked(tenantId: string, table: string, isBound: boolean): boolean {
    if (!isBound) this.alarm.raise({ tenantId, table });
    return isBound;
  }
}

function clientFacts({ tenantId, id, scopes, status, suspendedAt }: ClientFacts) {
  return { tenant_id: tenantId, id, scopes, status, suspended_at: suspendedAt };
}

function secretFacts({ tenantId, clientId, slot, secretHash }: SecretFacts) {
  return { tenant_id: tenantId, client_id: clientId, slot, secret_hash: secretHash };
}

function keyFacts({ tenantId, clientId, slot, kid, publicJwk }: KeyFacts) {
  return { tenant_id: tenantId, client_id: clientId, slot, kid, public_jwk: publicJwk };
}

function tenantFacts(tenant: TenantFacts) {
  return {
    id: tenant.id,
    recovery_delay_hours: tenant.recoveryDelayHours,
    webauthn_rp_id: tenant.webauthnRpId,
    webauthn_origins: tenant.webauthnOrigins,
    bound_tokens_only: tenant.boundTokensOnly,
    device_cool_off_hours: tenant.deviceCoolOffHours,
    push_url: tenant.pushUrl,
  };
}
