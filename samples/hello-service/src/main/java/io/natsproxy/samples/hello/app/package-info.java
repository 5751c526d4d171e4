/**
 * A service without an HTTP port.
 */
@NullMarked
package io.natsproxy.samples.hello.app;

import org.jspecify.annotations.NullMarked;
