/**
 * The routes of services, as the gateway learns them from the bus.
 */
@NullMarked
package io.natsproxy.gateway.route;

import org.jspecify.annotations.NullMarked;
