/**
 * Seeded fuzzers: whatever clients and peers send, the chain answers on. A failure tells
 * its case, which runs alone with {@code -Dnatsproxy.fuzz.seed=} and
 * {@code -Dnatsproxy.fuzz.cases=1}.
 */
package io.natsproxy.it.fuzz;
