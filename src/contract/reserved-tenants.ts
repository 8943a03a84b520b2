/** The operator's tenant. It has no users. It gets the alerts of every tenant, and alerts of its own. */
export const OPERATOR_TENANT_ID = '00000000-0000-7000-8000-000000000001';

/** The tenant of the decoy users. It has no clients. */
export const DECOY_TENANT_ID = '00000000-0000-7000-8000-000000000000';
