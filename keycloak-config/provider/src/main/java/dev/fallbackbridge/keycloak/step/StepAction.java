package dev.fallbackbridge.keycloak.step;

import java.util.Locale;

/** What a request asks the bridge to do. */
public enum StepAction {
  BEGIN,
  POLL,
  CHOOSE,
  SUBMIT,
  REPORT,
  CANCEL,
  BEGIN_ENROLMENT,
  CONFIRM_ENROLMENT;

  /** The action as it stands in the protocol. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
