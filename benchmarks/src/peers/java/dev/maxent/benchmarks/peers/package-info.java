/** PyTorch as a {@link dev.maxent.benchmarks.peer.Peer}; only in builds with profile peers. */
package dev.maxent.benchmarks.peers;
