/**
 * The handlers of the samples, shared by all of them.
 */
@NullMarked
package io.natsproxy.samples.hello;

import org.jspecify.annotations.NullMarked;
