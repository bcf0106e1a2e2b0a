package dev.fallbackbridge.keycloak.step;

import java.util.Locale;
import java.util.Optional;

/** The closed list of reasons for which the bridge denies; each has its own text for people. */
public enum DenialReason {
  ATTEMPT_LIMIT,
  USER_LOCKED,
  REBIND_REQUIRED,
  NO_PATH_AVAILABLE,
  NO_ACTIVE_POLICY,
  FIRST_FACTOR_MISSING,
  FAILURE_MISSING,
  CASE_LIMIT,
  SUPERSEDED,
  EXPIRED,
  ALREADY_USED,
  NOT_FOUND,
  ENROLMENT_REFUSED,
  CONTEXT_MISMATCH,
  SWITCHED_OFF,
  NO_RULE_MATCHES,
  POLICY_DENIES,
  FALLBACKS_USED_UP,
  RISK_TOO_HIGH,
  LEVEL_OUT_OF_REACH,
  NOBODY_MAY_APPROVE,
  APPROVAL_NEEDED;

  /** The reason as it stands in the protocol, in events and in message keys. */
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The reason of that name; empty for anything outside the list. */
  static Optional<DenialReason> ofCode(String code) {
    for (DenialReason each : values()) {
      if (each.code().equals(code)) {
        return Optional.of(each);
      }
    }
    return Optional.empty();
  }
}
