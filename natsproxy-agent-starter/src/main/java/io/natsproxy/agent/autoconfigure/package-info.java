/**
 * Auto-configuration of agents.
 */
@NullMarked
package io.natsproxy.agent.autoconfigure;

import org.jspecify.annotations.NullMarked;
