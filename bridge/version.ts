import manifest from '../package.json' with { type: 'json' }

/** Version of the bridge, the one of its package. */
export const version: string = manifest.version
