/**
 * Algorithms of maximum-entropy reinforcement learning, written against {@link
 * dev.maxent.backend.Backend} alone: the same code runs on every device.
 */
package dev.maxent.learn;
