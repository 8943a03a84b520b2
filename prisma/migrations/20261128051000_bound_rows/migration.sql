-- SECURITY(T-47): facts that grant access carry a MAC under the key ring, made by the service at each change. A writer in the database has
-- no key. Null where the row was written before this release, until `keys adopt`.
ALTER TABLE "tenants" ADD COLUMN "row_mac" BYTEA;
ALTER TABLE "clients" ADD COLUMN "row_mac" BYTEA;
ALTER TABLE "client_secrets" ADD COLUMN "row_mac" BYTEA;
ALTER TABLE "client_keys" ADD COLUMN "row_mac" BYTEA;
ALTER TABLE "signing_keys" ADD COLUMN "row_mac" BYTEA;
ALTER TABLE "factors" ADD COLUMN "row_mac" BYTEA;
ALTER TABLE "webauthn_credentials" ADD COLUMN "row_mac" BYTEA;
ALTER TABLE "devices" ADD COLUMN "row_mac" BYTEA;
ALTER TABLE "recovery_codes" ADD COLUMN "row_mac" BYTEA;
ALTER TABLE "phones" ADD COLUMN "row_mac" BYTEA;
ALTER TABLE "phone_settings" ADD COLUMN "row_mac" BYTEA;
ALTER TABLE "users" ADD COLUMN "enrolled_mac" BYTEA;
ALTER TABLE "users" ADD COLUMN "recovery_mac" BYTEA;
ALTER TABLE "challenges" ADD COLUMN "decision_mac" BYTEA;

-- What authorized an enrolment, in the row that is bound.
ALTER TABLE "factors" ADD COLUMN "granted_by" UUID;
ALTER TABLE "factors" ADD COLUMN "granted_ticket" UUID;

GRANT UPDATE ("row_mac") ON "tenants", "client_secrets", "client_keys", "signing_keys", "webauthn_credentials", "devices", "recovery_codes", "phones" TO "countersign_service";
