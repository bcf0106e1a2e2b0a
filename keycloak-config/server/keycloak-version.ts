/**
 * The Keycloak this repository is built for and tested on. Nothing else may spell these versions out; a test compares
 * the files that have to repeat one of them (pom.xml, Dockerfiles) with these constants.
 */

/** The server that the demo and the tests run. */
export const KEYCLOAK_SERVER_VERSION = '26.7.5'

/**
 * The lowest server the product works with: releases before it carry published authentication-bypass CVEs.
 */
export const MINIMUM_SERVER_VERSION = '26.7.5'

/** The newest complete set of provider artefacts published through Maven; the jar is compiled against it. */
export const KEYCLOAK_ARTEFACT_VERSION = '26.7.3'

/** SHA-256 (hex) of `org.keycloak:keycloak-quarkus-dist:26.7.5:zip`. */
export const KEYCLOAK_DISTRIBUTION_SHA256 = '30ef87fb7101c43d29688d1ae80c0588ff4a151b3330e9f664bf9692d398658a'

/** Size in bytes of the same file, for progress only. */
export const KEYCLOAK_DISTRIBUTION_BYTES = 173_570_586
