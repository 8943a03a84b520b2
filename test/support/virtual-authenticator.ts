// Chromium's virtual authenticator (CDP domain WebAuthn) on a page of our own, with the actions of a user and of an
// attacker.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, CDPSession, Page } from 'playwright-core';

export interface Bits {
  readonly isBogusSignature?: boolean;
  readonly isBadUV?: boolean;
  readonly isBadUP?: boolean;
}

/** A passkey on this machine, or a key on a cable that stores nothing. */
export type Kind = 'passkey' | 'security key';

/** An empty page on a free port, which `localhost` and every name below it lead to. */
export async function emptySite(): Promise<{ port: number; stop(): void }> {
  const server: Server = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html');
    response.end('<!doctype html><title>page</title>');
  });
  server.listen(0, '127.0.0.1');
  await new Promise((done) => server.once('listening', done));
  const stop = () => {
    server.closeAllConnections();
    server.close();
  };
  return { port: (server.address() as AddressInfo).port, stop };
}

export class VirtualAuthenticator {
  private constructor(
    readonly page: Page,
    private readonly cdp: CDPSession,
    private authenticatorId: string,
  ) {}

  static async open(browser: Browser, url: string, kind: Kind = 'passkey'): Promise<VirtualAuthenticator> {
    const page = await browser.newPage();
    await page.goto(url);
    const cdp = await page.context().newCDPSession(page);
    await cdp.send('WebAuthn.enable', { enableUI: false });
    const own = { hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true } as const;
    const options =
      kind === 'passkey'
        ? ({ protocol: 'ctap2', transport: 'internal', hasResidentKey: true, ...own } as const)
        : ({ protocol: 'ctap2', transport: 'usb', hasResidentKey: false, ...own } as const);
    const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', { options });
    return new VirtualAuthenticator(page, cdp, authenticatorId);
  }

  /** `navigator.credentials.create()` with the service's options; returns the credential as JSON. */
  create(options: object): Promise<object> {
    return this.page.evaluate(async (json) => {
      const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(
        json as PublicKeyCredentialCreationOptionsJSON,
      );
      return ((await navigator.credentials.create({ publicKey })) as PublicKeyCredential).toJSON();
    }, options);
  }

  /** `navigator.credentials.get()`. */
  get(options: object): Promise<object> {
    return this.page.evaluate(async (json) => {
      const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(json as PublicKeyCredentialRequestOptionsJSON);
      return ((await navigator.credentials.get({ publicKey })) as PublicKeyCredential).toJSON();
    }, options);
  }

  /** Makes the authenticator lie in these bits; without bits it is honest again. */
  async twist(bits: Bits = {}): Promise<void> {
    await this.cdp.send('WebAuthn.setResponseOverrideBits', { authenticatorId: this.authenticatorId, ...bits });
  }

  /** Replaces the key by a copy with a lower counter. */
  async turnBack(by: number): Promise<void> {
    const { authenticatorId } = this;
    const { credentials } = await this.cdp.send('WebAuthn.getCredentials', { authenticatorId });
    for (const credential of credentials) {
      await this.cdp.send('WebAuthn.removeCredential', { authenticatorId, credentialId: credential.credentialId });
      const copy = { ...credential, signCount: Math.max(0, credential.signCount - by) };
      await this.cdp.send('WebAuthn.addCredential', { authenticatorId, credential: copy });
    }
  }
}
