/**
 * A cluster of NATS servers with gateways and services in processes of their own, which
 * are killed, stopped and suspended under a load whose every answer is checked.
 */
package io.natsproxy.it.torture;
