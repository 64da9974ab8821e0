package dev.maxent.benchmarks.jmh;

import dev.maxent.backend.Backend;
import dev.maxent.backend.Backends;
import dev.maxent.benchmarks.InPlace;
import dev.maxent.workload.KernelCase;
import dev.maxent.workload.KernelCases;
import dev.maxent.workload.Session;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Any case of the catalogue on any backend: {@code maxent bench KernelBenchmark -p
 * caseName=soft-value/log-sum-exp/4096x64 -p backend=cpu -prof gc}. It warms up as long as {@code
 * maxent compare} does at most, as HotSpot takes seconds for long loops of the Vector API, and
 * forks twice, as it does not compile them alike each time. What a case updates in place is set
 * back before each iteration only: for training steps {@code compare}, which does so every 500
 * runs, comes closer to what a fit meets.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 12, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 2,
    jvmArgsAppend = {
      "--add-modules=jdk.incubator.vector",
      "--enable-native-access=ALL-UNNAMED",
      "--sun-misc-unsafe-memory-access=allow" // JMH's own
    })
public class KernelBenchmark {
  /** The case's name. */
  @Param({
    "soft-value/log-sum-exp/65536x256",
    "soft-value/log-sum-exp/65536x64",
    "soft-value/log-sum-exp/4096x64",
    "soft-value/log-sum-exp/64x16",
    "soft-value/bellman-target/65536x64",
    "soft-value/policy+entropy/65536x64"
  })
  public String caseName;

  /** The backend's id. */
  @Param("cpu")
  public String backend;

  private Backend device;
  private Session session;

  /** For JMH. */
  public KernelBenchmark() {}

  /** Opens the backend and uploads the inputs. */
  @Setup(Level.Trial)
  public void open() {
    KernelCase kernelCase = KernelCases.named(caseName);
    device = Backends.open(backend);
    session = kernelCase.open(device, kernelCase.source().inputs(kernelCase.defaultSeed()));
  }

  /** Sets back what runs have updated in place. */
  @Setup(Level.Iteration)
  public void restore() {
    InPlace.restore(session);
    device.finish();
  }

  /** Closes the backend. */
  @TearDown(Level.Trial)
  public void close() {
    session.close();
    device.close();
  }

  /** One run, waited for. */
  @Benchmark
  public void run() {
    session.run();
    device.finish();
  }
}
