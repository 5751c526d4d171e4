/**
 * Applications that run out of memory, in processes of their own.
 */
package io.natsproxy.it.memory;
