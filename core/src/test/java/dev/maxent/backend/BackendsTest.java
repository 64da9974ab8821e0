package dev.maxent.backend;

import static dev.maxent.Refusal.assertRefused;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.maxent.Fork;
import dev.maxent.backend.Availability.Available;
import dev.maxent.backend.Availability.Unavailable;
import dev.maxent.backend.Backends.Found;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BackendsTest {
  private final String before = System.getProperty(Backends.PROPERTY);

  @AfterEach
  void restore() {
    if (before == null) {
      System.clearProperty(Backends.PROPERTY);
    } else {
      System.setProperty(Backends.PROPERTY, before);
    }
  }

  /** A provider that answers a probe as told. */
  private record Told(String family, Supplier<List<BackendCandidate>> answer)
      implements BackendProvider {
    static Told of(String id, int rank, Availability availability) {
      BackendCandidate candidate = new BackendCandidate(id, "a " + id, rank, availability);
      return new Told(id.split(":", -1)[0], () -> List.of(candidate));
    }

    @Override
    public List<BackendCandidate> probe() {
      return answer.get();
    }

    @Override
    public Backend open(String id) {
      throw new BackendException("not asked for");
    }
  }

  private static List<String> ids(List<Found> found) {
    return found.stream().map(f -> f.candidate().id()).toList();
  }

  @Test
  void listsAllFastestFirst() {
    List<BackendCandidate> list = Backends.list();
    List<String> ids = list.stream().map(BackendCandidate::id).toList();
    assertTrue(ids.containsAll(List.of("cpu", "reference")), ids::toString);
    assertTrue(ids.indexOf("cpu") < ids.indexOf("reference"), ids::toString);
    for (int i = 1; i < list.size(); i++) {
      assertTrue(list.get(i - 1).rank() >= list.get(i).rank(), ids::toString);
    }
    assertTrue(list.stream().allMatch(BackendCandidate::isAvailable));
    assertTrue(list.getLast().summary().startsWith("reference: "));
  }

  @Test
  void ordersCandidatesByRank() {
    List<Found> found =
        Backends.candidates(
            List.of(
                Told.of("slow", 1, new Available()),
                Told.of("fast", 300, new Unavailable("no driver", "install it")),
                Told.of("middle", 200, new Available())));
    assertEquals(List.of("fast", "middle", "slow"), ids(found));
  }

  @Test
  void brokenProviderHidesNoOther() {
    BackendProvider linkage =
        new Told(
            "linkage",
            () -> {
              throw new UnsatisfiedLinkError("no native part");
            });
    BackendProvider initialiser =
        new Told(
            "initialiser",
            () -> {
              throw new ExceptionInInitializerError("at start");
            });
    BackendProvider runtime =
        new Told(
            "runtime",
            () -> {
              throw new IllegalStateException("out of order");
            });
    BackendProvider good = Told.of("good", 1, new Available());
    List<Found> found = Backends.candidates(List.of(linkage, initialiser, runtime, good));
    assertEquals(List.of("good", "linkage", "initialiser", "runtime"), ids(found));
    for (Found broken : found.subList(1, 4)) {
      assertFalse(broken.candidate().isAvailable());
      String summary = broken.candidate().summary();
      assertTrue(summary.contains("its provider failed"), summary);
    }
    assertTrue(found.get(1).candidate().summary().contains("no native part"));
    assertTrue(found.get(2).candidate().summary().contains("at start"));
    assertTrue(found.get(3).candidate().summary().contains("out of order"));
  }

  @Test
  void providerThatBreaksItsContractHidesNoOther() {
    BackendProvider silent = new Told("silent", () -> null);
    BackendProvider asserting =
        new Told(
            "asserting",
            () -> {
              throw new AssertionError("a bug");
            });
    BackendProvider nameless =
        new BackendProvider() {
          @Override
          public String family() {
            throw new IllegalStateException("no name either");
          }

          @Override
          public List<BackendCandidate> probe() {
            throw new IllegalStateException("no devices");
          }

          @Override
          public Backend open(String id) {
            throw new IllegalStateException();
          }
        };
    BackendProvider holed = new Told("holed", () -> Arrays.asList((BackendCandidate) null));
    BackendProvider anonymous = new Told("anonymous", () -> candidate(null, new Available()));
    BackendProvider undecided = new Told("undecided", () -> candidate("undecided", null));
    BackendProvider lazy =
        new Told(
            "lazy",
            () ->
                new AbstractList<>() {
                  @Override
                  public int size() {
                    return 1;
                  }

                  @Override
                  public BackendCandidate get(int index) {
                    throw new NoClassDefFoundError("not before it is asked");
                  }
                });
    BackendProvider good = Told.of("good", 1, new Available());
    assertAll(
        Stream.of(silent, asserting, nameless, holed, anonymous, undecided, lazy)
            .map(broken ->
                () -> {
                  List<Found> found = Backends.candidates(List.of(broken, good));
                  assertEquals("good", ids(found).getFirst());
                }));
  }

  private static List<BackendCandidate> candidate(String id, Availability availability) {
    return List.of(new BackendCandidate(id, "a device", 500, availability));
  }

  @Test
  void saysWhatWasChosenAndWhyNotTheOthers() {
    List<Found> found =
        Backends.candidates(
            List.of(
                Told.of("gpu:0", 300, new Unavailable("no driver", "install it")),
                Told.of("cpu", 200, new Available()),
                Told.of("reference", 0, new Available())));
    assertEquals(
        "backend cpu: a cpu; not chosen: gpu:0: no driver (install it);"
            + " reference is expected to be slower",
        Backends.choice(found.get(1), found));
    assertEquals("backend cpu: a cpu", Backends.choice(found.get(1), found.subList(1, 2)));
  }

  @Test
  void opensTheFastestAndLogsOneLine() {
    System.clearProperty(Backends.PROPERTY);
    List<LogRecord> lines = new ArrayList<>();
    Handler handler =
        new Handler() {
          @Override
          public void publish(LogRecord line) {
            lines.add(line);
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    Logger logger = Logger.getLogger("dev.maxent.backend");
    logger.addHandler(handler);
    logger.setUseParentHandlers(false);
    try (Backend best = Backends.best()) {
      assertEquals(Backends.list().getFirst().id(), best.info().id());
    } finally {
      logger.setUseParentHandlers(true);
      logger.removeHandler(handler);
    }
    assertEquals(1, lines.size(), () -> lines.stream().map(LogRecord::getMessage).toList() + "");
    assertEquals(Level.INFO, lines.getFirst().getLevel());
    String line = lines.getFirst().getMessage();
    assertTrue(line.startsWith("backend cpu: "), line);
    assertTrue(line.contains("not chosen: reference"), line);
  }

  @Test
  void propertyOverridesTheChoice() {
    System.setProperty(Backends.PROPERTY, "reference");
    try (Backend best = Backends.best()) {
      assertEquals("reference", best.info().id());
    }
    System.setProperty(Backends.PROPERTY, "  ");
    try (Backend best = Backends.best()) {
      assertEquals("cpu", best.info().id());
    }
  }

  @Test
  void overrideThatIsAbsentIsNoFallback() {
    System.setProperty(Backends.PROPERTY, "opencl:3");
    assertRefused(
        BackendException.class,
        Backends::best,
        "'opencl:3', named by maxent.backend, is not available",
        "cpu: ",
        "reference: ");
  }

  @Test
  void refusesUnknownIdWithEveryCandidate() {
    for (String id : new String[] {"opencl:0", "", "CPU", "cpu ", "cpu:1", null}) {
      String message =
          assertRefused(
              BackendException.class,
              () -> Backends.open(id),
              "backend '" + id + "'",
              "known here");
      for (BackendCandidate candidate : Backends.list()) {
        assertTrue(message.contains(candidate.summary()), message);
      }
    }
  }

  private static Told device(String id, String description, Availability availability) {
    BackendCandidate candidate = new BackendCandidate(id, description, 1, availability);
    return new Told(id.split(":", -1)[0], () -> List.of(candidate));
  }

  @Test
  void findsByPartOfTheDescription() {
    List<Found> found =
        Backends.candidates(
            List.of(
                device("gpu:0", "Fast 3000, Maker's OpenCL", new Unavailable("no", "yes")),
                device("gpu:1", "Fast 3000 i, Maker's OpenCL", new Available()),
                device("gpu:2", "Old 100, Maker's OpenCL", new Available()),
                device("other:0", "Old 100, another", new Available())));
    assertEquals("gpu:1", idOf("gpu:fast", found));
    assertEquals("gpu:2", idOf("gpu:old 100", found));
    assertEquals("gpu:2", idOf("gpu:OLD", found));
    assertEquals("gpu:1", idOf("gpu: maker's opencl ", found));
    assertEquals("other:0", idOf("other:old", found));
    assertEquals("gpu:2", idOf("gpu:2", found));
    for (String none : new String[] {"gpu:0", "gpu:3000", "gpu:3", "gpu:", "gpu:new", "old", ":"}) {
      assertEquals("none", idOf(none, found), none);
    }
  }

  private static String idOf(String name, List<Found> found) {
    return Backends.match(name, found).map(f -> f.candidate().id()).orElse("none");
  }

  @Test
  void summaryOfUnavailableNamesReasonAndRemedy() {
    BackendCandidate candidate =
        new BackendCandidate("gpu", "a gpu", 1, new Unavailable("no driver", "install it"));
    assertEquals("gpu: no driver (install it)", candidate.summary());
    assertFalse(candidate.isAvailable());
  }

  /** Prints the id of the best backend. */
  static final class PrintBest {
    public static void main(String[] args) {
      try (Backend best = Backends.best()) {
        System.out.println("best is " + best.info().id());
      }
    }
  }

  @Test
  void environmentOverridesTheChoiceAfterTheProperty() {
    Map<String, String> environment = Map.of(Backends.ENVIRONMENT, "reference");
    Fork.Outcome variable = Fork.run(PrintBest.class, List.of(), environment);
    assertTrue(variable.output().contains("best is reference"), variable::output);
    Fork.Outcome property =
        Fork.run(PrintBest.class, List.of("-D" + Backends.PROPERTY + "=cpu"), environment);
    assertTrue(property.output().contains("best is cpu"), property::output);
  }
}
