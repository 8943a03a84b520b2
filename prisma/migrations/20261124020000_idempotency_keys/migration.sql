-- What a client was answered under a key of its own, for as long as a retry may come. Neither the key nor the request can be
-- read from it: both are keyed hashes.
CREATE TABLE "idempotency_keys" (
    "tenant_id" UUID NOT NULL,
    "client_id" UUID NOT NULL,
    "key_hash" BYTEA NOT NULL CHECK (length("key_hash") = 32),
    "fingerprint" BYTEA NOT NULL CHECK (length("fingerprint") = 32),
    "answer" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    CONSTRAINT "idempotency_keys_pkey" PRIMARY KEY ("tenant_id", "client_id", "key_hash")
);
CREATE INDEX "idempotency_keys_tenant_id_expires_at_idx" ON "idempotency_keys"("tenant_id", "expires_at");
ALTER TABLE "idempotency_keys" ADD CONSTRAINT "idempotency_keys_tenant_id_client_id_fkey" FOREIGN KEY ("tenant_id", "client_id") REFERENCES "clients"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE NO ACTION;
GRANT SELECT, INSERT, UPDATE, DELETE ON "idempotency_keys" TO "countersign_service";
