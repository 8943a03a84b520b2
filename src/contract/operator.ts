/** The operator as a tenant: without users, told of every tenant's alerts, and with alerts of its own that concern none of them. */
export const OPERATOR_TENANT_ID = '00000000-0000-7000-8000-000000000001';
