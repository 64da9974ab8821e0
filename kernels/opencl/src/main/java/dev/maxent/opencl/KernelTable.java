package dev.maxent.opencl;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The kernels made so far, some dozens; finding one allocates nothing. */
final class KernelTable implements AutoCloseable {
  private final List<KernelCall> calls = new ArrayList<>();
  private final List<String> macros = new ArrayList<>();

  /** The kernel with this name, these macros and this group, or null. */
  KernelCall find(String name, String newMacros, int group) {
    for (int i = 0; i < calls.size(); i++) {
      KernelCall call = calls.get(i);
      if (call.group() == group && call.name().equals(name) && macros.get(i).equals(newMacros)) {
        return call;
      }
    }
    return null;
  }

  /** Keeps it. */
  KernelCall add(KernelCall call, String itsMacros) {
    calls.add(call);
    macros.add(itsMacros);
    return call;
  }

  /** The names of those that were enqueued at least once; tests ask. */
  Set<String> launched() {
    Set<String> names = new TreeSet<>();
    for (KernelCall call : calls) {
      if (call.launches() > 0) {
        names.add(call.name());
      }
    }
    return names;
  }

  @Override
  public void close() {
    calls.forEach(KernelCall::close);
    calls.clear();
    macros.clear();
  }
}
