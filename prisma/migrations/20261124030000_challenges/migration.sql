-- One request for a proof.
-- SECURITY(T-04): it refers to no row of users. A challenge of somebody unknown is a row like any other: it costs the same,
-- looks the same and ends at the same time.
CREATE TABLE "challenges" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "client_id" UUID NOT NULL,
    "user_id" TEXT COLLATE "C" NOT NULL CHECK (length("user_id") BETWEEN 1 AND 64),
    "type" TEXT NOT NULL,
    "factor_id" UUID,
    "action" TEXT,
    "nonce" TEXT,
    "status" TEXT NOT NULL CHECK ("status" IN ('pending', 'approved')),
    "answers" SMALLINT NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    CONSTRAINT "challenges_pkey" PRIMARY KEY ("tenant_id", "id")
) WITH (fillfactor = 80);
CREATE INDEX "challenges_tenant_id_expires_at_idx" ON "challenges"("tenant_id", "expires_at");
ALTER TABLE "challenges" ADD CONSTRAINT "challenges_tenant_id_client_id_fkey" FOREIGN KEY ("tenant_id", "client_id") REFERENCES "clients"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE NO ACTION;
GRANT SELECT, INSERT, UPDATE, DELETE ON "challenges" TO "countersign_service";
