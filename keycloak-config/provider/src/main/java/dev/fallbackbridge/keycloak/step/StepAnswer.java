package dev.fallbackbridge.keycloak.step;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fallbackbridge.keycloak.bridge.UnavailableReason;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * A verified answer of the bridge, one record per kind of the step protocol. Claims nobody asked for are ignored,
 * those of the kind are read strictly.
 */
public sealed interface StepAnswer extends StepOutcome {

  /** Ask for a code of the bridge's own TOTP. */
  record Code(
      String caseId, String path, int digits, boolean alternatives, boolean wrongCode, OptionalInt attemptsLeft)
      implements StepAnswer {

    @Override
    public Code withoutWrongCode() {
      return new Code(caseId, path, digits, alternatives, false, attemptsLeft);
    }
  }

  /**
   * People have to decide first.
   *
   * @param match three digits by which those who decide recognise whose request it is
   * @param since when they were asked, in epoch seconds
   * @param until when the request ends if nobody decides, in epoch seconds
   */
  record Wait(String caseId, String match, WaitStage stage, List<Asked> asked, long since, long until)
      implements StepAnswer {
    public Wait {
      asked = List.copyOf(asked);
    }
  }

  /** A group that is asked to decide: its name, how many of it must, and how many have. */
  record Asked(String label, int count, int given) {}

  /** Let the person choose a way. */
  record Choose(String caseId, List<Path> paths) implements StepAnswer {
    public Choose {
      paths = List.copyOf(paths);
    }
  }

  /** One way to choose: its id in the policy, and the check that it asks for. */
  record Path(String id, String check) {}

  /** Let Keycloak make a check of its own; {@code attempt} is null until one is reserved. */
  record LocalCheck(
      String caseId,
      String path,
      String check,
      boolean alternatives,
      boolean wrongCode,
      OptionalInt attemptsLeft,
      String attempt)
      implements StepAnswer {

    /** Whether the person has to type something; if not, a failed check is no wrong code. */
    boolean asksForCode() {
      return !check.equals(LocalPasskey.CHECK);
    }

    @Override
    public LocalCheck withoutWrongCode() {
      return new LocalCheck(caseId, path, check, alternatives, false, attemptsLeft, attempt);
    }
  }

  /** The step is done; {@code endsAt} (epoch seconds) is when the session has to be over. */
  record Granted(String caseId, String path, String profile, String acr, List<String> amr, long endsAt)
      implements StepAnswer {
    public Granted {
      amr = List.copyOf(amr);
    }
  }

  /** The step cannot be finished; {@code caseId} may be null, {@code retryAt} is in epoch seconds. */
  record Denied(String caseId, DenialReason reason, boolean wrongCode, OptionalLong retryAt) implements StepAnswer {
    public Denied {
      wrongCode = wrongCode && !reason.isByPeople();
    }

    @Override
    public Denied withoutWrongCode() {
      return new Denied(caseId, reason, false, retryAt);
    }
  }

  /** The person went back to the biometric check. */
  record Cancelled(String caseId) implements StepAnswer {}

  /** Show a new TOTP secret and ask for its first code. */
  record Enrol(String factor, String secret, String uri, String qr, int digits, boolean wrongCode)
      implements StepAnswer {

    /** A record would print the secret. */
    @Override
    public String toString() {
      return "Enrol[" + factor + "]";
    }
  }

  /** The factor is in use from now on. */
  record Enrolled(String factor) implements StepAnswer {}

  /** Reads the claims of an answer whose signature and addressee are verified already. */
  static StepOutcome parse(JsonNode claims) {
    try {
      return AnswerClaims.read(claims);
    } catch (AnswerClaims.UnknownKind unknown) {
      return new Unavailable(UnavailableReason.KIND);
    } catch (AnswerClaims.WrongClaim wrong) {
      return new Unavailable(UnavailableReason.CLAIMS);
    }
  }
}
