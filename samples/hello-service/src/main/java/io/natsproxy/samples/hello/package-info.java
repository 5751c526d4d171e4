/**
 * A service without an HTTP port.
 */
@NullMarked
package io.natsproxy.samples.hello;

import org.jspecify.annotations.NullMarked;
