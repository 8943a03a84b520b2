-- A new epoch begins with each restore of an older state. The first one is the installation itself; its id stays the same in every copy.
CREATE TABLE "epochs" (
    "number" INTEGER NOT NULL,
    "id" UUID NOT NULL,
    "began_at" TIMESTAMPTZ(3) NOT NULL,
    "reason" TEXT NOT NULL,
    CONSTRAINT "epochs_pkey" PRIMARY KEY ("number")
);
INSERT INTO "epochs" ("number", "id", "began_at", "reason") VALUES (1, gen_random_uuid(), '1970-01-01T00:00:00Z', 'installation');
GRANT SELECT, INSERT ON "epochs" TO "countersign_service";

-- Each process that serves counts up a row of its own and remembers the count outside the database. A row that is missing or behind what was
-- remembered says that the database is older than it was.
CREATE TABLE "high_water_marks" (
    "id" UUID NOT NULL,
    "number" BIGINT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    CONSTRAINT "high_water_marks_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "high_water_marks_at_idx" ON "high_water_marks"("at");
GRANT SELECT, INSERT, UPDATE, DELETE ON "high_water_marks" TO "countersign_service";

