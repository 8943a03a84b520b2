// The authenticator that this page plays: holds the last secret shown and which of its codes are spent.
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

  /** WebCrypto exists on https and on this machine's own names only. */
  get isReady() {
    return this.#secret !== null && globalThis.isSecureContext;
  }

  /**
   * The code to send now. With `waitMs` above 0 every code accepted now is spent, and it is the last of these.
   * @returns {Promise<Offer>}
   */
  async offer() {
    if (this.#secret === null) throw new Error('nothing is enrolled');
    const { step, waitMs } = nextStep(this.#now(), this.#secret.period, this.#lastStep);
    return { code: await codeAt(this.#secret, waitMs > 0 ? this.#lastStep : step), waitMs };
  }

  /**
   * Remembers that the service accepted this code: its step and all before it are spent.
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
   * Learns the service's clock, where it differs by more than the header's resolution.
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
