/**
 * The gateway: HTTP requests become NATS requests.
 */
@NullMarked
package io.natsproxy.gateway;

import org.jspecify.annotations.NullMarked;
