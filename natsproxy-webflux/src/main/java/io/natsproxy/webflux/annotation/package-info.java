/**
 * Annotations that declare the NATS routes of a service.
 */
@NullMarked
package io.natsproxy.webflux.annotation;

import org.jspecify.annotations.NullMarked;
