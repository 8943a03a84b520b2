-- What an operator sets for one tenant. A WebAuthn relying party has an id and origins, or neither.
ALTER TABLE "tenants" ADD COLUMN "recovery_delay_hours" SMALLINT NOT NULL DEFAULT 24 CHECK ("recovery_delay_hours" BETWEEN 0 AND 72);
ALTER TABLE "tenants" ADD COLUMN "webauthn_rp_id" TEXT;
ALTER TABLE "tenants" ADD COLUMN "webauthn_origins" TEXT[] NOT NULL DEFAULT ARRAY[]::TEXT[];
ALTER TABLE "tenants" ADD COLUMN "bound_tokens_only" BOOLEAN NOT NULL DEFAULT false;
ALTER TABLE "tenants" ADD CONSTRAINT "tenants_webauthn_whole" CHECK (("webauthn_rp_id" IS NULL) = (cardinality("webauthn_origins") = 0));
GRANT UPDATE ("recovery_delay_hours", "webauthn_rp_id", "webauthn_origins", "bound_tokens_only") ON "tenants" TO "countersign_service";
