import { newHolderKey } from '../../platform/crypto/holder-key.js';

/** Made anew in each process; its private half is kept nowhere. */
export const NOBODYS_KEY = newHolderKey().key;
