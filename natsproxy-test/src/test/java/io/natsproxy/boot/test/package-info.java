/**
 * Tests of the starter for tests.
 */
@NullMarked
package io.natsproxy.boot.test;

import org.jspecify.annotations.NullMarked;
