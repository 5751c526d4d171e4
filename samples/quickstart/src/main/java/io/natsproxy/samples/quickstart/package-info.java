/**
 * Gateway, service and embedded broker in one process.
 */
@NullMarked
package io.natsproxy.samples.quickstart;

import org.jspecify.annotations.NullMarked;
