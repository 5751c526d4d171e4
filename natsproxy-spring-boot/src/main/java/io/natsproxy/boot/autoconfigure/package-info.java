/**
 * The NATS connection of a Spring Boot application.
 */
@NullMarked
package io.natsproxy.boot.autoconfigure;

import org.jspecify.annotations.NullMarked;
