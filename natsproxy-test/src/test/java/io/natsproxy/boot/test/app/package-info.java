/**
 * The application of the tests.
 */
@NullMarked
package io.natsproxy.boot.test.app;

import org.jspecify.annotations.NullMarked;
