/**
 * Management endpoints of services, read over NATS through a gateway.
 */
package io.natsproxy.it.management;
