/**
 * Other libraries to compare with. A {@link dev.maxent.benchmarks.peer.Peer} runs the same kernel
 * cases; Maven profile {@code peers} adds them.
 */
package dev.maxent.benchmarks.peer;
