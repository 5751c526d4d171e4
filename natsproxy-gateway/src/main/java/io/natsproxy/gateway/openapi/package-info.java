/**
 * The OpenAPI document of the bus: those of all services, as they are told over NATS,
 * checked and merged.
 */
@NullMarked
package io.natsproxy.gateway.openapi;

import org.jspecify.annotations.NullMarked;
