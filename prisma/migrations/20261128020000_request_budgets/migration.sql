-- Budgets are charged when a code is asked for, before anything is known of the user or the number (ADR 0022).

-- How many blind look-ups a day the tenant takes, and so how many codes they can cost. Tenants that are there get the default.
ALTER TABLE "phone_settings" ADD COLUMN "blind_cap" INTEGER NOT NULL DEFAULT 1000 CHECK ("blind_cap" BETWEEN 1 AND 1000000);

-- Whether the request had room in its budgets. Messages that an older instance writes during an upgrade count as admitted.
ALTER TABLE "messages" ADD COLUMN "admitted" BOOLEAN NOT NULL DEFAULT true;
-- A keyed hash of the number, beside that of its block: each number counts once.
ALTER TABLE "messages" ADD COLUMN "number_index" BYTEA CHECK (length("number_index") = 32);

-- A keyed hash of the end user's network, where the request named it.
ALTER TABLE "blind_lookups" ADD COLUMN "address_index" BYTEA CHECK (length("address_index") = 32);

-- Networks from which a blind look-up of this client was answered: they have a reserved share of the limits for 30 days. Three of a
-- number at most, so that one phone does not open many.
CREATE TABLE "answered_addresses" (
    "tenant_id" UUID NOT NULL,
    "client_id" UUID NOT NULL,
    "address_index" BYTEA NOT NULL CHECK (length("address_index") = 32),
    "number_index" BYTEA NOT NULL CHECK (length("number_index") = 32),
    "answered_at" TIMESTAMPTZ(3) NOT NULL,
    CONSTRAINT "answered_addresses_pkey" PRIMARY KEY ("tenant_id", "client_id", "address_index", "number_index")
) WITH (fillfactor = 80);
CREATE INDEX "answered_addresses_tenant_id_client_id_number_index_idx" ON "answered_addresses"("tenant_id", "client_id", "number_index");
CREATE INDEX "answered_addresses_tenant_id_answered_at_idx" ON "answered_addresses"("tenant_id", "answered_at");
ALTER TABLE "answered_addresses" ADD CONSTRAINT "answered_addresses_tenant_id_client_id_fkey" FOREIGN KEY ("tenant_id", "client_id") REFERENCES "clients"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE NO ACTION;
GRANT SELECT, INSERT, UPDATE ("answered_at"), DELETE ON "answered_addresses" TO "countersign_service";

-- Of one user, the first number that was asked about counts as a step of a list.
CREATE INDEX "observations_asked_user_idx" ON "observations"("tenant_id", "user_id", "asked_at") WHERE "user_id" <> '';
