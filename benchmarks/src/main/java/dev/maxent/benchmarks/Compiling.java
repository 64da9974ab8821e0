package dev.maxent.benchmarks;

import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/** Whether HotSpot is at work on this library's loops, of which a large one takes it a second. */
final class Compiling {
  private static final String OURS = "dev.maxent.";

  /** What calls a loop by its handle, and may have the whole of it within. */
  private static final String HANDLE = "java.lang.invoke.LambdaForm";

  private Compiling() {}

  /** Whether one is being compiled now or waits for it; false where HotSpot does not tell. */
  static boolean isUnderWay() {
    MBeanServer server = ManagementFactory.getPlatformMBeanServer();
    try {
      ObjectName commands = new ObjectName("com.sun.management:type=DiagnosticCommand");
      String[] signature = new String[0];
      Object queue = server.invoke(commands, "compilerQueue", signature, signature);
      String methods = String.valueOf(queue);
      return methods.contains(OURS) || methods.contains(HANDLE);
    } catch (JMException untold) {
      return false;
    }
  }

  /** What HotSpot has compiled so far took it, in milliseconds; 0 where it does not tell. */
  static long millis() {
    CompilationMXBean compiler = ManagementFactory.getCompilationMXBean();
    return compiler != null && compiler.isCompilationTimeMonitoringSupported()
        ? compiler.getTotalCompilationTime()
        : 0;
  }
}
