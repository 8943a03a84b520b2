-- What this database knows of the key ring: a check value for the index root and for each key that was ever in a ring it was opened
-- with. The service adds rows and sets `retired_at`; it can neither change a value nor remove one.
CREATE TABLE "key_checks" (
    "name" TEXT NOT NULL,
    "value" BYTEA NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "retired_at" TIMESTAMPTZ(3),

    CONSTRAINT "key_checks_pkey" PRIMARY KEY ("name")
);
GRANT SELECT, INSERT, UPDATE ("retired_at") ON "key_checks" TO "countersign_service";

-- What is sealed anew under another key.
GRANT UPDATE ("number_sealed") ON "phones" TO "countersign_service";
GRANT UPDATE ("private_sealed") ON "signing_keys" TO "countersign_service";
