/**
 * What the tests of several modules share: a NATS server to run on.
 */
@NullMarked
package io.natsproxy.test;

import org.jspecify.annotations.NullMarked;
