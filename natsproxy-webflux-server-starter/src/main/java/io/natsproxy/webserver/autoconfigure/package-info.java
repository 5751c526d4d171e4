/**
 * Auto-configuration of the web server, of a management port beside it, and of tests.
 */
@NullMarked
package io.natsproxy.webserver.autoconfigure;

import org.jspecify.annotations.NullMarked;
