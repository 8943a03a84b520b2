CREATE TABLE "tenants" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL CHECK (length("name") BETWEEN 1 AND 200),
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    CONSTRAINT "tenants_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "clients" (
    "tenant_id" UUID NOT NULL CHECK ("tenant_id" <> '00000000-0000-7000-8000-000000000000'),
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "scopes" TEXT[],
    "status" TEXT NOT NULL CHECK ("status" IN ('active', 'suspended')),
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "suspended_at" TIMESTAMPTZ(3),
    CONSTRAINT "clients_pkey" PRIMARY KEY ("tenant_id", "id")
);

CREATE TABLE "client_secrets" (
    "tenant_id" UUID NOT NULL,
    "client_id" UUID NOT NULL,
    "slot" SMALLINT NOT NULL CHECK ("slot" IN (1, 2)),
    "secret_hash" BYTEA NOT NULL CHECK (length("secret_hash") = 32),
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    CONSTRAINT "client_secrets_pkey" PRIMARY KEY ("tenant_id", "client_id", "slot")
);

CREATE TABLE "signing_keys" (
    "kid" TEXT NOT NULL,
    "public_jwk" JSONB NOT NULL,
    "private_sealed" BYTEA NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "signs_from" TIMESTAMPTZ(3) NOT NULL,
    CONSTRAINT "signing_keys_pkey" PRIMARY KEY ("kid")
);

-- Room on each page, so that a counted failure or a claimed step is a heap-only update.
CREATE TABLE "users" (
    "tenant_id" UUID NOT NULL,
    "user_id" TEXT COLLATE "C" NOT NULL CHECK (length("user_id") BETWEEN 1 AND 64),
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "enrolled_at" TIMESTAMPTZ(3),
    "consecutive_failures" INTEGER NOT NULL DEFAULT 0,
    "locked_until" TIMESTAMPTZ(3),
    "recent_failures" TIMESTAMPTZ(3)[] DEFAULT ARRAY[]::TIMESTAMPTZ(3)[] CHECK (cardinality("recent_failures") <= 100),
    "codes_stopped_at" TIMESTAMPTZ(3),
    "claims" JSONB NOT NULL DEFAULT '{}',
    "last_refusal" TEXT,
    "last_tried_at" TIMESTAMPTZ(3),
    CONSTRAINT "users_pkey" PRIMARY KEY ("tenant_id", "user_id")
) WITH (fillfactor = 80);

CREATE TABLE "factors" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "user_id" TEXT COLLATE "C" NOT NULL,
    "type" TEXT NOT NULL CHECK ("type" IN ('totp')),
    "status" TEXT NOT NULL CHECK ("status" IN ('pending', 'active')),
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "activated_at" TIMESTAMPTZ(3),
    "expires_at" TIMESTAMPTZ(3),
    "totp_secret" BYTEA,
    "totp_algorithm" TEXT CHECK ("totp_algorithm" IN ('SHA1', 'SHA256', 'SHA512')),
    "totp_digits" SMALLINT CHECK ("totp_digits" IN (6, 8)),
    "totp_period" SMALLINT CHECK ("totp_period" BETWEEN 15 AND 60),
    CONSTRAINT "factors_pkey" PRIMARY KEY ("tenant_id", "id"),
    CONSTRAINT "factors_pending_ends" CHECK (("status" = 'pending') = ("expires_at" IS NOT NULL)),
    CONSTRAINT "factors_totp_whole" CHECK ("type" <> 'totp' OR num_nulls("totp_secret", "totp_algorithm", "totp_digits", "totp_period") = 0)
) WITH (fillfactor = 80);

CREATE TABLE "audit_events" (
    "tenant_id" UUID NOT NULL,
    "tx" BIGINT NOT NULL DEFAULT ((pg_current_xact_id())::text)::bigint,
    "id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "action" TEXT NOT NULL,
    "reason" TEXT,
    "client_id" UUID,
    "user_id" TEXT,
    "target_id" UUID,
    "address" TEXT,
    "request_id" TEXT,
    CONSTRAINT "audit_events_pkey" PRIMARY KEY ("tenant_id", "tx", "id")
);

CREATE INDEX "clients_id_idx" ON "clients"("id");
CREATE INDEX "clients_suspended_at_idx" ON "clients"("suspended_at");
CREATE INDEX "factors_tenant_id_user_id_idx" ON "factors"("tenant_id", "user_id");

ALTER TABLE "clients" ADD CONSTRAINT "clients_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id") ON DELETE RESTRICT ON UPDATE NO ACTION;
ALTER TABLE "client_secrets" ADD CONSTRAINT "client_secrets_tenant_id_client_id_fkey" FOREIGN KEY ("tenant_id", "client_id") REFERENCES "clients"("tenant_id", "id") ON DELETE CASCADE ON UPDATE NO ACTION;
ALTER TABLE "users" ADD CONSTRAINT "users_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id") ON DELETE RESTRICT ON UPDATE NO ACTION;
ALTER TABLE "factors" ADD CONSTRAINT "factors_tenant_id_user_id_fkey" FOREIGN KEY ("tenant_id", "user_id") REFERENCES "users"("tenant_id", "user_id") ON DELETE RESTRICT ON UPDATE NO ACTION;

-- SECURITY(T-12): the audit log is append only even for the owner. Without this an UPDATE would rewrite history unseen.
CREATE FUNCTION "refuse_audit_change"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit_events is append only' USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER "audit_events_append_only" BEFORE UPDATE OR DELETE ON "audit_events"
    FOR EACH ROW EXECUTE FUNCTION "refuse_audit_change"();
CREATE TRIGGER "audit_events_no_truncate" BEFORE TRUNCATE ON "audit_events"
    FOR EACH STATEMENT EXECUTE FUNCTION "refuse_audit_change"();

-- The role of the running service: rows, never structure, and no rewriting of the log. Roles belong to the
-- cluster, so another database may have made it, or be making it at this instant.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'countersign_service') THEN
        CREATE ROLE "countersign_service" NOLOGIN;
    END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
    NULL;
END
$$;
DO $$
BEGIN
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO countersign_service', current_schema());
END
$$;
GRANT SELECT, INSERT ON "tenants" TO "countersign_service";
GRANT SELECT, INSERT, UPDATE ON "clients" TO "countersign_service";
GRANT SELECT, INSERT, DELETE ON "client_secrets" TO "countersign_service";
GRANT SELECT, INSERT, DELETE ON "signing_keys" TO "countersign_service";
GRANT SELECT, INSERT, UPDATE ON "users" TO "countersign_service";
GRANT SELECT, INSERT, UPDATE, DELETE ON "factors" TO "countersign_service";
GRANT SELECT, INSERT ON "audit_events" TO "countersign_service";

-- The tenant of the rows that stand in for users who do not exist. It has no clients.
INSERT INTO "tenants" ("id", "name", "created_at") VALUES ('00000000-0000-7000-8000-000000000000', '(decoys)', '1970-01-01T00:00:00Z');
