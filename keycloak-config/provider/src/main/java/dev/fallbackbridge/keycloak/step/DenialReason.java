package dev.fallbackbridge.keycloak.step;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

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
  APPROVAL_DENIED,
  APPROVAL_EXPIRED,
  APPROVAL_VOID,
  COOL_DOWN,
  APPROVAL_REQUESTS_USED_UP,
  REVOKED,
  UNRATIFIED,
  SWITCHED_OFF,
  NO_RULE_MATCHES,
  POLICY_DENIES,
  FALLBACKS_USED_UP,
  RISK_TOO_HIGH,
  LEVEL_OUT_OF_REACH,
  NOBODY_MAY_APPROVE,
  APPROVAL_NEEDED,
  DECOY;

  private static final Set<DenialReason> BY_PEOPLE =
      EnumSet.of(
          APPROVAL_DENIED,
          APPROVAL_EXPIRED,
          APPROVAL_VOID,
          COOL_DOWN,
          APPROVAL_REQUESTS_USED_UP,
          REVOKED,
          UNRATIFIED,
          DECOY);

  /** Whether people's decisions, or their lack, are behind it: nothing that was typed, so that it is no wrong code. */
  boolean isByPeople() {
    return BY_PEOPLE.contains(this);
  }

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
