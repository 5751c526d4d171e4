/**
 * Declared routes from end to end.
 */
package io.natsproxy.it.route;
