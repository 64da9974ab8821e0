package dev.maxent.backend;

import java.util.Map;

/**
 * What a device is: stable id, names, size. Shown by {@code doctor} and printed beside every
 * number.
 *
 * @param id the id that {@link Backends#open} takes, for example {@code cpu} or {@code opencl:0}
 * @param device the device in words
 * @param driver what drives it, with its version
 * @param computeUnits cores, multiprocessors or threads that work at once
 * @param memoryBytes memory that arrays can take, in bytes
 * @param maxAllocationBytes the largest single array, in bytes
 * @param details anything else worth a line, in the order to show it
 */
public record BackendInfo(
    String id,
    String device,
    String driver,
    int computeUnits,
    long memoryBytes,
    long maxAllocationBytes,
    Map<String, String> details) {}
