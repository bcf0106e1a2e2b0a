import { fileURLToPath } from 'node:url'

/** Folder of the repository, with a trailing slash. */
export const REPOSITORY = fileURLToPath(new URL('../../', import.meta.url))

/** Everything that is fetched or generated on this machine; git ignores it and it may be deleted at any time. */
export const CACHE = `${REPOSITORY}.cache/`

/** The Maven module of the provider jar. */
export const PROVIDER_MODULE = `${REPOSITORY}keycloak-config/provider/`
