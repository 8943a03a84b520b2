ALTER TABLE "factors" DROP CONSTRAINT "factors_type_check";
ALTER TABLE "factors" ADD CONSTRAINT "factors_type_check" CHECK ("type" IN ('totp', 'recovery_codes', 'webauthn'));

-- The public half of what a registration made. Its signature counter stands in the user's row, in claims. Nothing here is
-- secret, so nothing is sealed.
CREATE TABLE "webauthn_credentials" (
    "tenant_id" UUID NOT NULL,
    "factor_id" UUID NOT NULL,
    "credential_id" BYTEA NOT NULL CHECK (length("credential_id") BETWEEN 1 AND 1023),
    "public_key" BYTEA NOT NULL CHECK (length("public_key") BETWEEN 1 AND 1024),
    "aaguid" UUID NOT NULL,
    "transports" TEXT[] NOT NULL,
    "backup_eligible" BOOLEAN NOT NULL,
    "backed_up" BOOLEAN NOT NULL CHECK ("backup_eligible" OR NOT "backed_up"),
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    CONSTRAINT "webauthn_credentials_pkey" PRIMARY KEY ("tenant_id", "factor_id")
);
-- SECURITY(T-27): WebAuthn L3 §7.1: one credential belongs to one user. Without it a signature could be one of two users.
CREATE UNIQUE INDEX "webauthn_credentials_tenant_id_credential_id_key" ON "webauthn_credentials"("tenant_id", "credential_id");
ALTER TABLE "webauthn_credentials" ADD CONSTRAINT "webauthn_credentials_tenant_id_factor_id_fkey" FOREIGN KEY ("tenant_id", "factor_id") REFERENCES "factors"("tenant_id", "id") ON DELETE CASCADE ON UPDATE NO ACTION;
-- They go with their factor, by the foreign key. Whether a copy exists elsewhere may change, a key never.
GRANT SELECT, INSERT, UPDATE ("backed_up") ON "webauthn_credentials" TO "countersign_service";
