/**
 * Auto-configuration of servlet applications whose requests come over NATS.
 */
@NullMarked
package io.natsproxy.servlet.autoconfigure;

import org.jspecify.annotations.NullMarked;
