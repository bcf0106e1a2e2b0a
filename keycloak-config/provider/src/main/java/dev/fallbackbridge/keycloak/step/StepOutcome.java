package dev.fallbackbridge.keycloak.step;

import dev.fallbackbridge.keycloak.bridge.UnavailableReason;

/** What a question to the bridge came to: its verified answer, or none. Nobody is let in without the former. */
public sealed interface StepOutcome permits StepAnswer, StepOutcome.Unavailable {

  /** There is no verified answer. */
  record Unavailable(UnavailableReason reason) implements StepOutcome {}

  /** The same, where nobody typed a code that could be wrong. */
  default StepOutcome withoutWrongCode() {
    return this;
  }
}
