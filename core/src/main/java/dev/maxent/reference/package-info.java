/**
 * Plain float64 loops, one thread: the definition of correct. Every other backend is held against
 * it, so it prefers the formula that can be checked by reading over the one that is fast.
 */
package dev.maxent.reference;
