-- Public keys by which clients authenticate themselves. Two slots, so that the database itself refuses a third live key.
CREATE TABLE "client_keys" (
    "tenant_id" UUID NOT NULL,
    "client_id" UUID NOT NULL,
    "slot" SMALLINT NOT NULL CHECK ("slot" IN (1, 2)),
    "kid" TEXT COLLATE "C" NOT NULL CHECK (length("kid") = 43),
    -- SECURITY(T-23): the public half only. A private one here would make a copy of the database a bunch of credentials.
    "public_jwk" JSONB NOT NULL CHECK (NOT "public_jwk" ? 'd'),
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    CONSTRAINT "client_keys_pkey" PRIMARY KEY ("tenant_id", "client_id", "slot")
);
CREATE UNIQUE INDEX "client_keys_tenant_id_client_id_kid_key" ON "client_keys"("tenant_id", "client_id", "kid");
ALTER TABLE "client_keys" ADD CONSTRAINT "client_keys_tenant_id_client_id_fkey" FOREIGN KEY ("tenant_id", "client_id") REFERENCES "clients"("tenant_id", "id") ON DELETE CASCADE ON UPDATE NO ACTION;
GRANT SELECT, INSERT, DELETE ON "client_keys" TO "countersign_service";

-- SECURITY(T-06): a proof is used by making its row. Without it whoever overhears one could use it again.
CREATE TABLE "proof_jtis" (
    "tenant_id" UUID NOT NULL,
    "kind" TEXT COLLATE "C" NOT NULL CHECK ("kind" IN ('dpop', 'client_assertion')),
    "digest" BYTEA NOT NULL CHECK (length("digest") = 32),
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    CONSTRAINT "proof_jtis_pkey" PRIMARY KEY ("tenant_id", "kind", "digest")
);
CREATE INDEX "proof_jtis_tenant_id_expires_at_idx" ON "proof_jtis"("tenant_id", "expires_at");
ALTER TABLE "proof_jtis" ADD CONSTRAINT "proof_jtis_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id") ON DELETE RESTRICT ON UPDATE NO ACTION;
-- Locking the rows that a sweep takes is an UPDATE to PostgreSQL's rights.
GRANT SELECT, INSERT, UPDATE, DELETE ON "proof_jtis" TO "countersign_service";
