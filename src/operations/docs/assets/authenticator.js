// The authenticator of this page: holds the last secret shown and which of its codes are used.
import { codeAt, nextStep, secretOf } from './totp.js';

/** @typedef {{ code: string, waitMs: number }} Offer */

export class Authenticator {
  /** @type {import('./totp.js').Secret | null} */
  #secret = null;
  #lastStep = -1;
  #clockOffsetMs = 0;

  /** @param {string} otpauthUri */
  enrol(otpauthUri) {
    this.#secret = secretOf(otpauthUri);
    this.#lastStep = -1;
  }

  /** WebCrypto exists only on https and on loopback names. */
  get isReady() {
    return this.#secret !== null && globalThis.isSecureContext;
  }

  /**
   * The code to send now. If `waitMs` is above 0, every code that is accepted now was used, and this is the last of
   * them.
   * @returns {Promise<Offer>}
   */
  async offer() {
    if (this.#secret === null) throw new Error('nothing is enrolled');
    const { step, waitMs } = nextStep(this.#now(), this.#secret.period, this.#lastStep);
    return { code: await codeAt(this.#secret, waitMs > 0 ? this.#lastStep : step), waitMs };
  }

  /**
   * Records that the service accepted this code: its step and earlier ones are used.
   * @param {string} code
   */
  async spend(code) {
    if (this.#secret === null) return;
    const present = Math.floor(this.#now() / 1_000 / this.#secret.period);
    for (const step of [present - 2, present - 1, present, present + 1]) {
      if ((await codeAt(this.#secret, step)) === code) this.#lastStep = Math.max(this.#lastStep, step);
    }
  }

  /**
   * Adopts the service's clock if it differs by more than the header's resolution.
   * @param {string | undefined} dateHeader
   */
  learnTime(dateHeader) {
    const difference = Date.parse(dateHeader ?? '') + 500 - Date.now();
    if (!Number.isNaN(difference)) this.#clockOffsetMs = Math.abs(difference) > 2_000 ? difference : 0;
  }

  #now() {
    return Date.now() + this.#clockOffsetMs;
  }
}
