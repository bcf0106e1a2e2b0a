package dev.fallbackbridge.keycloak.step;

import java.util.Locale;
import java.util.Optional;

/** What a request waits for. */
public enum WaitStage {
  APPROVAL,
  EVIDENCE_REVIEW;

  /** The stage as it stands in the protocol and in message keys. */
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The stage of that name; empty for anything outside the list. */
  static Optional<WaitStage> ofCode(String code) {
    for (WaitStage each : values()) {
      if (each.code().equals(code)) {
        return Optional.of(each);
      }
    }
    return Optional.empty();
  }
}
