/**
 * An ordinary Spring MVC application: nothing in it tells of NATS.
 */
@NullMarked
package io.natsproxy.samples.orders;

import org.jspecify.annotations.NullMarked;
