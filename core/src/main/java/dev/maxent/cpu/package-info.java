/**
 * The pure-Java float32 backend. {@code Cpu…} classes split a call into blocks of rows and handle
 * what is rare; the inner loops sit behind {@link dev.maxent.cpu.Loops}, once for the Vector API
 * and once for plain Java that HotSpot vectorises by itself.
 */
package dev.maxent.cpu;
