/**
 * The agent as an application.
 */
@NullMarked
package io.natsproxy.agent.app;

import org.jspecify.annotations.NullMarked;
