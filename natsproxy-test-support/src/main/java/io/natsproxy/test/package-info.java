/**
 * Support for the tests of several modules: a NATS server to run on, or a cluster of
 * them.
 */
@NullMarked
package io.natsproxy.test;

import org.jspecify.annotations.NullMarked;
