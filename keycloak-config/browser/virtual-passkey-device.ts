import type { Page } from 'playwright-core'

/** A passkey as the device holds it, private key included: can be put into the device of another page. */
export type StoredPasskey = {
  credentialId: string
  isResidentCredential: boolean
  rpId?: string
  privateKey: string
  userHandle?: string
  signCount: number
}

/** A device with a passkey store and a finger reader, simulated by the browser for one page. */
export type VirtualPasskeyDevice = {
  /** Whether the finger is recognised from now on. */
  setUserVerified(isVerified: boolean): Promise<void>
  passkeys(): Promise<StoredPasskey[]>
  addPasskey(passkey: StoredPasskey): Promise<void>
  removePasskeys(): Promise<void>
}

/**
 * Gives the page a virtual authenticator (Chrome DevTools Protocol, domain WebAuthn) that works at once and recognises
 * its user, until told otherwise. It belongs to this page alone and goes with it.
 */
export const addVirtualPasskeyDevice = async (page: Page): Promise<VirtualPasskeyDevice> => {
  const session = await page.context().newCDPSession(page)
  await session.send('WebAuthn.enable')
  const { authenticatorId } = await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
  return {
    setUserVerified: async (isUserVerified) => {
      await session.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified })
    },
    passkeys: async () => (await session.send('WebAuthn.getCredentials', { authenticatorId })).credentials,
    addPasskey: async (credential) => {
      await session.send('WebAuthn.addCredential', { authenticatorId, credential })
    },
    removePasskeys: async () => {
      await session.send('WebAuthn.clearCredentials', { authenticatorId })
    },
  }
}
